using System.Globalization;
using System.Text;

namespace RemoteLlm.Benchmarks.FakeLlm;

/// <summary>The fake server's answers that are no streams: the same for every request, as long as those of usual models.</summary>
internal static class WholeAnswers
{
    /// <summary>Documents of every request for a ranking.</summary>
    public const int Documents = 20;

    // As bge-m3 and many others have it.
    private const int Dimensions = 1024;

    public static byte[] Models { get; } = """{"object":"list","data":[{"id":"bench","object":"model","created":1700000000,"owned_by":"bench"}]}"""u8.ToArray();

    public static byte[] Completion { get; } = """
        {"id":"chatcmpl-000000000000000000000000","object":"chat.completion","created":1700000000,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"Because of Rayleigh scattering."},"finish_reason":"stop"}],"usage":{"prompt_tokens":24,"completion_tokens":7,"total_tokens":31}}
        """u8.ToArray();

    public static byte[] Embedding { get; } = Encoding.ASCII.GetBytes($$$"""
        {"object":"list","model":"bench","data":[{"object":"embedding","index":0,"embedding":[{{{Numbers(Dimensions, 1e-5)}}}]}],"usage":{"prompt_tokens":24,"total_tokens":24}}
        """);

    public static byte[] Ranking { get; } = Encoding.ASCII.GetBytes($$$"""
        {"model":"bench","results":[{{{Results()}}}],"usage":{"prompt_tokens":1800,"total_tokens":1800}}
        """);

    private static string Numbers(int count, double step) =>
        string.Join(',', Enumerable.Range(1, count).Select(number => (number * step).ToString("F9", CultureInfo.InvariantCulture)));

    private static string Results() => string.Join(',', Enumerable.Range(0, Documents).Select(index =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"index":{{index}},"relevance_score":{{0.9 - (0.01 * index):F6}}}""")));
}
