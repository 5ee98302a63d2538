using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RemoteLlm.Cli.Output;

/// <summary>How a list is printed.</summary>
internal enum ListFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For scripts: one array, field names as in the files, absent values left out.</summary>
    Json,

    /// <summary>For spreadsheets.</summary>
    Csv,
}

internal static class ListJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static void Write<T>(TextWriter output, IEnumerable<T> items) => output.WriteLine(JsonSerializer.Serialize(items, s_options));
}
