namespace Onsager.Tensors.Tests;

/// <summary>Safetensors files on disk: tensors over them, and files that are there whole or not at all.</summary>
[Collection(Alone.Name)]
public sealed class SafetensorsFileTests
{
    [Fact]
    public void Tensors_lie_over_the_file_and_outlive_it()
    {
        using Folder folder = new();
        string path = folder.File("x.safetensors");
        using Tensor<float> x = Tensor.Arange(1000f);
        new SafetensorsWriter().Add("x", x).Write(path);
        byte[] before = File.ReadAllBytes(path);
        long blocks = Device.Cpu.PoolStatistics.Requests;
        Tensor<float> mapped, again;
        using (Safetensors file = Safetensors.Open(path))
        {
            mapped = file.Get<float>("x");
            again = file.Get<float>("x");
            Assert.Equal(blocks, Device.Cpu.PoolStatistics.Requests);
        }

        // Both are over the same pages, which are not the file's any more once they are written to.
        using Tensor<float> view = mapped.Slice(0, 10, 20);
        mapped[10] = -1;
        mapped.Dispose();
        Assert.Equal(-1, view[0]);
        Assert.Equal(-1, again[10]);
        Assert.Equal(19, view[9]);
        Assert.Equal(before, File.ReadAllBytes(path));

        // The file is replaced under its tensors' eyes.
        new SafetensorsWriter().Add("x", view).Write(path);
        Assert.Equal(999, again[999]);
        again.Dispose();
    }

    [Fact]
    public void Ten_thousand_files_leave_nothing_mapped()
    {
        using Folder folder = new();
        string path = folder.File("x.safetensors");
        using Tensor<float> x = Tensor.Arange(1000f);
        new SafetensorsWriter().Add("x", x).Write(path);
        for (int i = 0; i < 10_000; i++)
        {
            using Safetensors file = Safetensors.Open(path);
            using Tensor<float> mapped = file.Get<float>("x");
            Assert.Equal(7, mapped[7]);
        }

        if (OperatingSystem.IsLinux())
        {
            Assert.DoesNotContain(path, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
            Assert.DoesNotContain(path, Directory.GetFiles("/proc/self/fd").Select(link => new FileInfo(link).LinkTarget));
        }
    }

    [Fact]
    public void Writing_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using Folder folder = new();
        string path = folder.File("x.safetensors");
        File.WriteAllText(path, "old");
        Tensor<float> gone = Tensor.Arange(3f);
        SafetensorsWriter writer = new SafetensorsWriter().Add("gone", gone);
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => writer.Write(path));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Root));
        Assert.ThrowsAny<IOException>(() => new SafetensorsWriter().Write(folder.File("no/such/folder")));
        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(path, 0, static (stream, _) =>
        {
            stream.Write(new byte[1 << 20]);
            throw new IOException("the disk is full");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void Who_reads_while_others_write_sees_a_whole_file()
    {
        using Folder folder = new();
        string path = folder.File("x.safetensors");
        const int Size = 100_000;
        Write(0);
        using CancellationTokenSource done = new();
        Thread writer = new(() =>
        {
            for (int i = 1; !done.IsCancellationRequested; i++)
            {
                Write(i);
            }
        });
        writer.Start();
        try
        {
            for (int i = 0; i < 300; i++)
            {
                using Safetensors file = Safetensors.Open(path);
                using Tensor<int> x = file.Get<int>("x");
                Assert.Equal(-1, x.AsSpan().IndexOfAnyExcept(x[0]));
            }
        }
        finally
        {
            done.Cancel();
            writer.Join();
        }

        Assert.Equal([path], Directory.GetFiles(folder.Root));

        void Write(int value)
        {
            using Tensor<int> x = Tensor.Full<int>([Size], value);
            new SafetensorsWriter().Add("x", x).Write(path);
        }
    }

    [Fact]
    public void Links_stay_links_and_permissions_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using Folder folder = new();
        using Tensor<float> x = Tensor.Arange(3f);
        SafetensorsWriter writer = new SafetensorsWriter().Add("x", x);
        string path = folder.File("x"), link = folder.File("link");
        writer.Write(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(link, path);
        writer.Add("y", x).Write(link);
        Assert.Equal(path, new FileInfo(link).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using Safetensors file = Safetensors.Open(path);
        Assert.Equal(2, file.Entries.Count);
    }
}
