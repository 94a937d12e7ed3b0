using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Onsager.Models.Tests;

/// <summary>
/// The house of DESIGN.md: which project may know which, where unsafe code lives, how long a file may be. Whoever adds a project, a package
/// or a long file says so here.
/// </summary>
public sealed partial class HouseTests
{
    /// <summary>The arrows: each project of src, the projects that it may refer to, and the packages.</summary>
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Arrows = new()
    {
        ["Simd"] = ([], ["System.Numerics.Tensors"]),
        ["Tensors"] = (["Simd"], []),
        ["Gpu"] = (["Simd", "Tensors"], ["ILGPU", "ILGPU.Algorithms"]),
        ["Models"] = (["Tensors"], []),
    };

    /// <summary>Where unsafe code may be; tests and benchmarks of raw memory excepted.</summary>
    private static readonly string[] UnsafeFolders = ["src/Simd/", "src/Gpu/", "src/Tensors/Storage/", "native/"];

    /// <summary>Files above 400 lines, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = new()
    {
    };

    [Fact]
    public void Arrows_between_projects_point_one_way()
    {
        foreach (string project in Repository.Files("src", "*.csproj"))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            Assert.True(Arrows.ContainsKey(name), $"{project} has no place in the house: give it one here and in DESIGN.md");
            XDocument xml = XDocument.Load(Path.Combine(Repository.Root, project));
            Assert.Empty(Names(xml, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).Except(Arrows[name].Projects));
            Assert.Empty(Names(xml, "PackageReference").Except(Arrows[name].Packages));
            Assert.Empty(Names(xml, "Reference"));
        }
    }

    [Fact]
    public void Only_an_analyzer_comes_to_all_projects_of_src_at_once()
    {
        XDocument props = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"));
        IEnumerable<XElement> packages = props.Descendants("ItemGroup")
            .Where(group => !((string?)group.Attribute("Condition") ?? "").Contains(".Tests", StringComparison.Ordinal))
            .Descendants("PackageReference");
        XElement analyzer = Assert.Single(packages);
        Assert.Equal("Microsoft.CodeAnalysis.BannedApiAnalyzers", (string?)analyzer.Attribute("Include"));
        Assert.Equal("all", (string?)analyzer.Attribute("PrivateAssets"));
    }

    [Fact]
    public void Assemblies_refer_to_what_their_projects_may()
    {
        Assembly models = typeof(TwoLayer.GiantStep).Assembly, tensors = typeof(Tensors.Device).Assembly, simd = typeof(Simd.Map).Assembly;

        // Through Tensors a model sees the operators of Simd, which name its activations and update rules.
        Check(models, "Onsager.Tensors", "Onsager.Simd");
        // Tensors show themselves as TensorSpan<T>, by the package that comes with Simd.
        Check(tensors, "Onsager.Simd", "System.Numerics.Tensors");
        Check(simd, "System.Numerics.Tensors");

        static void Check(Assembly assembly, params string[] allowed) => Assert.Empty(
            assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => !IsFramework(name)).Except(allowed));

        static bool IsFramework(string name) =>
            name != "System.Numerics.Tensors" && (name is "netstandard" or "mscorlib" || name.StartsWith("System.", StringComparison.Ordinal));
    }

    [Fact]
    public void Unsafe_code_lives_where_it_may()
    {
        IEnumerable<string> offenders = Repository.Files("src", "*.cs")
            .Where(path => !UnsafeFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)))
            .Where(path => Repository.Lines(path).Any(line => UnsafeKeyword().IsMatch(WithoutComment(line))));
        Assert.Empty(offenders);
    }

    [Fact]
    public void Files_rarely_pass_400_lines()
    {
        string[] all = [.. ((string[])["src", "native", "tests", "bench"]).SelectMany(folder => Repository.Files(folder, "*.cs"))];
        string[] tooLong = [.. all.Where(path => Repository.Lines(path).Length > 400)];
        Assert.Empty(tooLong.Except(LongFiles.Keys));
        Assert.NotEmpty(all);
    }

    [Fact]
    public void Every_project_stands_in_the_solution_or_outside_it_on_purpose()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "Engine.sln")).Replace('\\', '/');
        IEnumerable<string> missing = ((string[])["src", "tests", "bench"]).SelectMany(folder => Repository.Files(folder, "*.csproj"))
            .Where(project => !project.StartsWith("bench/Peers/", StringComparison.Ordinal) && !solution.Contains(project, StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    private static IEnumerable<string> Names(XDocument project, string element) =>
        project.Descendants(element).SelectMany(item => ((string?)item.Attribute("Include") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string WithoutComment(string line) => line.IndexOf("//", StringComparison.Ordinal) is >= 0 and int at ? line[..at] : line;

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex UnsafeKeyword();
}
