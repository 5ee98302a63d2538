using System.Text.Json;

namespace RemoteLlm.Benchmarks.FakeLlm;

/// <summary>Requests that are answered whole and are no chat.</summary>
internal static class WholeRequests
{
    private const string Text = "Rayleigh scattering is the elastic scattering of light by particles much smaller than its wavelength; it is stronger for blue light than for red.";

    /// <summary>One text to be embedded.</summary>
    public static byte[] Embedding(int thinkMilliseconds) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        model = FakeLlmServer.Model,
        think_ms = thinkMilliseconds,
        input = Text,
    });

    /// <summary>Documents to be ranked.</summary>
    public static byte[] Ranking(int thinkMilliseconds) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        model = FakeLlmServer.Model,
        think_ms = thinkMilliseconds,
        query = "Why is the sky blue?",
        documents = Enumerable.Range(0, WholeAnswers.Documents).Select(number => $"{number}. {Text}"),
    });
}
