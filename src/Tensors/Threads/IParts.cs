namespace Onsager.Tensors;

/// <summary>Work that falls into independent parts.</summary>
internal interface IParts
{
    void Run(int part);
}
