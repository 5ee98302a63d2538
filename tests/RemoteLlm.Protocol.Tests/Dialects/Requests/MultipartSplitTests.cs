using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>Where a body is split changes nothing.</summary>
public sealed class MultipartSplitTests
{
    private static readonly int s_seed = Random.Shared.Next();

    public static TheoryData<string> Samples { get; } =
    [
        MultipartText.Transcription,
        MultipartText.Transcription + "epilogue\r\n--XyY",
        MultipartText.Transcription + "epilogue\r\n--XyZ",
        MultipartText.Body(MultipartText.Model("a"), MultipartText.Model("b")),
        MultipartText.Body(MultipartText.Model("a"), MultipartText.Part("name=\"file\"", "\n--XyZ\r\n")),
        MultipartText.Body(MultipartText.Model(""), MultipartText.Part("name=\"file\"", "---XyZ")),
        MultipartText.Body(MultipartText.Model(new string('m', MultipartScanner.MaxModelBytes + 1))),
        MultipartText.Transcription[..^5],
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_split_in_two_gives_the_same(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var whole = Outcome([bytes]);
        for (var split = 0; split <= bytes.Length; split++)
            Assert.Equal(whole, Outcome([bytes[..split], bytes[split..]]));
        Assert.Equal(whole, Outcome(bytes.Select(b => new[] { b })));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_random_split_gives_the_same(string body)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {s_seed}");
        var random = new Random(s_seed);
        var bytes = Encoding.UTF8.GetBytes(body);
        var whole = Outcome([bytes]);
        for (var run = 0; run < 500; run++)
            Assert.Equal(whole, Outcome(MutatedMultipart.Split(random, bytes)));
    }

    [Fact]
    public void A_delimiter_with_every_prefix_of_itself_before_it_is_found_at_every_split()
    {
        const string Delimiter = "\r\n--a--a-aa";
        for (var length = 0; length < Delimiter.Length; length++)
        {
            var bytes = Encoding.ASCII.GetBytes("--a--a-aa\r\nContent-Disposition: form-data; name=model\r\n\r\nx" + Delimiter[2..Math.Max(2, length)] + Delimiter + "--");
            for (var split = 0; split <= bytes.Length; split++)
            {
                var scanner = MultipartScanner.ForContentType("multipart/form-data; boundary=a--a-aa")!;
                scanner.Scan(bytes.AsSpan(0, split));
                Assert.Equal(RequestScanState.Complete, scanner.Scan(bytes.AsSpan(split)));
                Assert.Equal("x" + Delimiter[2..Math.Max(2, length)], scanner.Model);
            }
        }
    }

    private static (RequestScanState State, string? Model, bool? Stream, RequestFault? Fault) Outcome(IEnumerable<byte[]> pieces)
    {
        var scanner = MultipartText.Scanner();
        foreach (var piece in pieces)
            scanner.Scan(piece);
        return (scanner.Finish(), scanner.Model, scanner.Stream, scanner.Fault);
    }
}
