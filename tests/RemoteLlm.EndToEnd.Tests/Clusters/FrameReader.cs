using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>Reads a streamed answer frame by frame as its bytes arrive, and takes nothing for granted about what is in them.</summary>
internal sealed class FrameReader(Stream body, string delimiter)
{
    private readonly MemoryStream _received = new();
    private int _taken;

    /// <summary>All that has been read, whether taken or not.</summary>
    public string Received => Encoding.UTF8.GetString(_received.GetBuffer(), 0, (int)_received.Length);

    public static async Task<FrameReader> Of(HttpResponseMessage answer, string delimiter) => new(await answer.Content.ReadAsStreamAsync(), delimiter);

    /// <summary>The next frame, its delimiter included.</summary>
    public async Task<string> Next()
    {
        while (true)
        {
            var rest = _received.GetBuffer().AsSpan(_taken, (int)_received.Length - _taken);
            var end = rest.IndexOf(Encoding.ASCII.GetBytes(delimiter));
            if (end >= 0)
            {
                _taken += end + delimiter.Length;
                return Encoding.UTF8.GetString(rest[..(end + delimiter.Length)]);
            }

            Assert.True(await Read(), $"the answer ended in mid-frame: {Received}");
        }
    }

    /// <summary>Reads until this much of the answer is there.</summary>
    public async Task Until(string text)
    {
        while (!Received.Contains(text, StringComparison.Ordinal))
            Assert.True(await Read(), $"the answer ended before '{text}': {Received}");
    }

    /// <summary>Whatever was not taken, to the end of the answer.</summary>
    public async Task<string> Rest()
    {
        while (await Read())
        {
        }

        var rest = Encoding.UTF8.GetString(_received.GetBuffer(), _taken, (int)_received.Length - _taken);
        _taken = (int)_received.Length;
        return rest;
    }

    private async Task<bool> Read()
    {
        var buffer = new byte[4096];
        var read = await body.ReadAsync(buffer, TestContext.Current.CancellationToken).OrHang($"more of the answer behind: {Received}");
        _received.Write(buffer, 0, read);
        return read > 0;
    }
}
