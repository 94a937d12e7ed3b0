using System.Text.Json;
using System.Text.Json.Serialization;
using Onsager.Papers.Report;

namespace Onsager.Peers;

/// <summary>One comparison. The names and their order are an interface that we keep stable; a ratio above 1 means that we are ahead.</summary>
internal sealed record Row(
    string Group, string Name, long Size, string Dtype, int Threads, double Ours, double Peer, string PeerName, string Unit, double Ratio)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>What the ratio must reach; null where nothing was promised.</summary>
    [JsonIgnore]
    public double? Limit { get; init; }

    /// <summary>False where a promise does not hold on this machine: see <see cref="Limits"/>.</summary>
    [JsonIgnore]
    public bool Judged { get; init; } = true;

    /// <summary>Our share of the bound that was measured beside; null without one.</summary>
    [JsonIgnore]
    public double? Share { get; init; }

    /// <summary>What the share must reach; null where nothing was promised.</summary>
    [JsonIgnore]
    public double? LeastShare { get; init; }

    /// <summary>For training steps: the largest difference of both sides' losses over the first steps.</summary>
    [JsonIgnore]
    public double? LossDifference { get; init; }

    /// <summary>Times that the row was measured.</summary>
    [JsonIgnore]
    public int Runs { get; init; } = 1;

    [JsonIgnore]
    public bool? Met => Limit is double limit && Judged ? Ratio >= limit : null;

    /// <summary>The rows as a JSON array.</summary>
    public static void Write(IEnumerable<Row> rows, string file) => Files.WriteAtomically(file, JsonSerializer.Serialize(rows, Json) + "\n");
}
