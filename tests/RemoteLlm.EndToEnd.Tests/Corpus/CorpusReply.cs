using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>An answer as a client received it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The whole header.</param>
/// <param name="Body">Every byte that came.</param>
/// <param name="Broken">The connection broke before the answer's end.</param>
internal sealed record CorpusReply(int Status, string ContentType, byte[] Body, bool Broken)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Reads an answer to its end, and tells each read.</summary>
    public static async Task<CorpusReply> Read(HttpResponseMessage answer, Delivery? delivery)
    {
        await using var source = await answer.Content.ReadAsStreamAsync();
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var broken = false;
        try
        {
            while (await source.ReadAsync(buffer).OrHang("the next bytes of the answer") is var read and > 0)
            {
                body.Write(buffer, 0, read);
                delivery?.Add(read);
            }
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            broken = true;
        }

        return new CorpusReply((int)answer.StatusCode, answer.Header("Content-Type"), body.ToArray(), broken);
    }
}
