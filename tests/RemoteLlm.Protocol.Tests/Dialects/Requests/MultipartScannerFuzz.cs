using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>
/// No body that is accepted names another model to another parser: not to ASP.NET's, which is strict, and not to one that takes every liberty that some
/// parser takes.
/// </summary>
public sealed partial class MultipartScannerFuzz
{
    private const int Bodies = 50_000;
    private const int MostAllocated = 4096;

    [Fact]
    public async Task No_parser_finds_another_model_than_the_scanner()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        var (accepted, named) = (0, 0);
        for (var seed = Draws.Seed; seed < Draws.Seed + Bodies; seed++)
        {
            var random = new Random(seed);
            var body = MutatedMultipart.Draw(random);
            var scanner = MultipartText.Scanner();
            var pieces = MutatedMultipart.Split(random, body).ToList();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Scan(scanner, pieces);
            // What the runtime does once, it may do at any body: then the same again.
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostAllocated || Allocations.OfARound(MultipartText.Scanner, fresh => Scan(fresh, pieces)) < MostAllocated, $"seed {seed}");
            Assert.Equal(scanner.Finish() == RequestScanState.Malformed, scanner.Fault is not null);
            if (scanner.State != RequestScanState.Complete)
                continue;

            string[] expected = scanner.Model is null ? [] : [scanner.Model];
            var text = Encoding.Latin1.GetString(body);
            var shown = text.Replace("\r", "\\r").Replace("\n", "\\n");
            Assert.True(expected.SequenceEqual(await FrameworkModels(body)), $"seed {seed}: ASP.NET differs on {shown}");
            Assert.True(expected.SequenceEqual(LenientModels(text)), $"seed {seed}: a lenient parser differs on {shown}");
            accepted++;
            named += expected.Length;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{accepted} accepted, {named} with a model");
        Assert.InRange(accepted, Bodies / 5, Bodies * 4 / 5);
        Assert.InRange(named, Bodies / 8, accepted);
    }

    private static void Scan(MultipartScanner scanner, List<byte[]> pieces)
    {
        foreach (var piece in pieces)
            scanner.Scan(piece);
    }

    private static async Task<List<string>> FrameworkModels(byte[] body)
    {
        var models = new List<string>();
        var reader = new MultipartReader(MultipartText.Boundary, new MemoryStream(body), 256);
        while (await reader.ReadNextSectionAsync(TestContext.Current.CancellationToken) is { } section)
        {
            using var content = new MemoryStream();
            await section.Body.CopyToAsync(content, TestContext.Current.CancellationToken);
            if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                && string.Equals(HeaderUtilities.RemoveQuotes(disposition.Name).Value, "model", StringComparison.OrdinalIgnoreCase) && content.Length > 0)
                models.Add(Encoding.UTF8.GetString(content.ToArray()));
        }

        return models;
    }

    /// <summary>Every model that a parser may find which takes any line end, any place of the boundary, any spelling of the name, and reads on after the end.</summary>
    private static List<string> LenientModels(string body)
    {
        var models = new List<string>();
        foreach (var part in AnyDelimiter().Split(body))
        {
            // Behind a closing delimiter nobody reads on but at the next one.
            if (AnyClose().IsMatch(part))
                continue;
            var blank = AnyBlankLine().Match(part);
            if (blank.Success && AnyName().IsMatch(AnyFold().Replace(part[..blank.Index], " ")) && part[(blank.Index + blank.Length)..] is { Length: > 0 } value)
                models.Add(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(value)));
        }

        return models;
    }

    [GeneratedRegex(@"(?:\r\n|\n|\r|)--XyZ", RegexOptions.None, 1000)]
    private static partial Regex AnyDelimiter();

    [GeneratedRegex(@"^--(?:[\r\n]|\z)", RegexOptions.None, 1000)]
    private static partial Regex AnyClose();

    [GeneratedRegex(@"\r\n\r\n|\n\n|\r\r", RegexOptions.None, 1000)]
    private static partial Regex AnyBlankLine();

    [GeneratedRegex(@"(?:\r\n|\n|\r)[ \t]+", RegexOptions.None, 1000)]
    private static partial Regex AnyFold();

    [GeneratedRegex(@"(?:^|[\r\n])\s*content-disposition\s*:(?:[^\r\n]*[;\s])?name\s*\*?\s*=\s*(?:utf-8'')?[""']?\s*mod\\?(?:e|%65)l\s*(?:\[\])?\s*(?:[""';\\\r\n]|$)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex AnyName();
}
