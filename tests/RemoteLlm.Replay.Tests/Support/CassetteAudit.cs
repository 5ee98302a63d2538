using System.Text.Json;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.Replay.Tests.Support;

/// <summary>Finds cassettes that say nothing or that no request ever reaches.</summary>
internal static class CassetteAudit
{
    /// <summary>One line for each fault; none when the folder is in order.</summary>
    public static async Task<IReadOnlyList<string>> Of(string directory)
    {
        await using var replay = await RunningReplay.Play(directory);
        var faults = new List<string>();
        foreach (var cassette in replay.Library.Cassettes)
        {
            if (cassette.Response is { Length: 0, Status: not (204 or 304) })
            {
                faults.Add($"{cassette.Name} is empty");
            }

            if (IsModelList(cassette))
            {
                await CheckModels(replay, cassette, faults);
                continue;
            }

            var got = await Play(replay, cassette);
            if (!got.AsSpan().SequenceEqual(MaskedChunks.Join(cassette.Response.Chunks)))
            {
                faults.Add($"{cassette.Name}: another answer than its own was played");
            }

            if (replay.Counts.Of(cassette.Name) == 0)
            {
                faults.Add($"{cassette.Name} is never played: another cassette answers all its requests");
            }
        }

        return faults;
    }

    /// <summary>The server merges recorded lists into its own, see the README; each must show there.</summary>
    private static bool IsModelList(Cassette cassette) => cassette.Request is { Method: "GET", Path: "/v1/models" or "/api/tags" };

    private static async Task CheckModels(RunningReplay replay, Cassette cassette, List<string> faults)
    {
        using var recorded = JsonDocument.Parse(MaskedChunks.Join(cassette.Response.Chunks));
        var list = await replay.Client.GetStringAsync(cassette.Request.Path, TestContext.Current.CancellationToken);
        var entries = recorded.RootElement.EnumerateObject().Single(member => member.Value.ValueKind == JsonValueKind.Array).Value.EnumerateArray();
        faults.AddRange(entries.Where(model => !list.Contains(model.GetRawText(), StringComparison.Ordinal)).Select(model => $"{cassette.Name}: its entry {model.GetRawText()} is not listed"));
    }

    private static async Task<byte[]> Play(RunningReplay replay, Cassette cassette)
    {
        using var request = SampleRequest.For(cassette.Request);

        // Some cassettes close their connection unannounced, which the next request on it would meet.
        request.Headers.ConnectionClose = true;
        using var answer = await replay.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var got = new MemoryStream();
        try
        {
            await stream.CopyToAsync(got, TestContext.Current.CancellationToken);
        }
        catch (IOException) when (cassette.Response.End == ResponseEnd.Cut)
        {
            // What came before the cut is compared.
        }

        return got.ToArray();
    }
}
