using System.Buffers;
using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Tests.Dialects.Json;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

public sealed class RequestScannerTests
{
    private const string Chat = """
        {"messages":[{"role":"user","content":"say \"model\": \"x\"","model":"inner"}],"model":"llama3.2:3b","stream":true,
         "stream_options":{"include_usage":false,"nested":{"include_usage":true}},"other":{"stream":false}}
        """;

    [Fact]
    public void Finds_the_top_level_members_at_every_split()
    {
        var bytes = Encoding.UTF8.GetBytes(Chat);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var scanner = new RequestScanner();
            scanner.Scan(bytes.AsSpan(0, split));
            scanner.Scan(bytes.AsSpan(split));
            Assert.Equal(RequestScanState.Complete, scanner.Finish());
            Assert.Equal(("llama3.2:3b", true, false), (scanner.Model, scanner.Stream, scanner.IncludeUsage));
        }
    }

    [Fact]
    public void Reads_a_sequence_of_segments()
    {
        var first = new Segment(Encoding.UTF8.GetBytes(Chat[..90]), null);
        var last = new Segment(Encoding.UTF8.GetBytes(Chat[90..]), first);
        var scanner = new RequestScanner();
        Assert.Equal(RequestScanState.Complete, scanner.Scan(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length)));
        Assert.Equal("llama3.2:3b", scanner.Model);
    }

    [Fact]
    public void The_model_is_known_before_the_body_ends()
    {
        var scanner = new RequestScanner();
        Assert.Equal(RequestScanState.NeedMore, scanner.Scan("{\"model\":\"llam"u8));
        Assert.Equal(RequestScanState.ModelKnown, scanner.Scan("a\",\"messages\":[\""u8));
        Assert.Equal("llama", scanner.Model);
        Assert.Null(scanner.Stream);
    }

    [Theory]
    [InlineData("""{"model":"a","model":"b"}""", "b", null, null)]
    [InlineData("""{"model":7,"model":"b"}""", "b", null, null)]
    [InlineData("""{"model":"a","stream":true,"stream":false}""", "a", false, null)]
    [InlineData("""{"model":"a","stream":true,"stream":null}""", "a", null, null)]
    [InlineData("""{"model":"a","stream_options":{"include_usage":true},"stream_options":{}}""", "a", null, null)]
    [InlineData("""{"model":"a","stream_options":{"include_usage":true},"stream_options":null}""", "a", null, null)]
    [InlineData("""{"model":"a","stream_options":[{"include_usage":true}]}""", "a", null, null)]
    [InlineData("""{"model":"a","stream_options":{"include_usage":[true]}}""", "a", null, null)]
    [InlineData("""{"model":"a","stream":"true"}""", "a", null, null)]
    [InlineData("""{"mo\u0064el":"a\u0062\/c","str\u0065am":true}""", "ab/c", true, null)]
    [InlineData("""{"model":"größe-漢-\ud83d\ude00"}""", "größe-漢-😀", null, null)]
    [InlineData("""{"model":""}""", null, null, null)]
    [InlineData("""{"messages":[]}""", null, null, null)]
    [InlineData(" {} \r\n", null, null, null)]
    public void The_last_duplicate_wins_and_odd_values_are_no_answer(string body, string? model, bool? stream, bool? includeUsage)
    {
        var scanner = new RequestScanner();
        scanner.Scan(Encoding.UTF8.GetBytes(body));
        Assert.Equal(RequestScanState.Complete, scanner.Finish());
        Assert.Equal((model, stream, includeUsage), (scanner.Model, scanner.Stream, scanner.IncludeUsage));
    }

    [Theory]
    [InlineData("", 0, 1, "it is empty")]
    [InlineData(" \n ", 3, 2, "it is empty")]
    [InlineData("{\"model\":", 9, 1, "it ends too early")]
    [InlineData("{\"model\":\"a\"}x", 13, 1, "something follows after its end")]
    [InlineData("{\"model\":\"a\"}\n{}", 14, 2, "something follows after its end")]
    [InlineData("{\"model\":\"a\",\n\n\"x\":'y'}", 19, 3, "unexpected '''")]
    [InlineData("[{\"model\":\"a\"}]", 1, 1, "the body must be a JSON object")]
    [InlineData("\"model\"", 7, 1, "the body must be a JSON object")]
    [InlineData("{\"a\":\0}", 5, 1, "it holds a NUL byte")]
    [InlineData("\uFEFF{}", 0, 1, "it begins with a byte order mark; send plain UTF-8")]
    [InlineData("{\"a\":\"\n\"}", 6, 1, "a string holds the control character 0x0A; write it as \\u000A")]
    [InlineData("model=a", 0, 1, "unexpected 'm'")]
    public void Says_what_is_wrong_and_where(string body, long position, int line, string reason)
    {
        var scanner = new RequestScanner();
        scanner.Scan(Encoding.UTF8.GetBytes(body));
        Assert.Equal(RequestScanState.Malformed, scanner.Finish());
        Assert.Equal(new RequestFault(RequestFaultKind.InvalidJson, position, line, reason), scanner.Fault);
    }

    [Theory]
    [InlineData("""{"model":7}""")]
    [InlineData("""{"model":null}""")]
    [InlineData("""{"model":["a"]}""")]
    [InlineData("""{"model":{"id":"a"}}""")]
    [InlineData("""{"model":"\ud800"}""")]
    [InlineData("""{"model":"a","model":true}""")]
    public void A_model_that_is_not_text_is_a_fault_of_the_model(string body)
    {
        var scanner = new RequestScanner();
        Assert.Equal(RequestScanState.Malformed, scanner.Scan(Encoding.UTF8.GetBytes(body)));
        Assert.Equal(RequestFaultKind.InvalidModel, scanner.Fault!.Kind);
    }

    [Fact]
    public void A_model_longer_than_the_limit_is_refused()
    {
        var scanner = new RequestScanner();
        scanner.Scan(Encoding.UTF8.GetBytes($$"""{"model":"{{new string('m', RequestScanner.MaxModelBytes + 1)}}"}"""));
        Assert.Equal(RequestFaultKind.InvalidModel, scanner.Fault!.Kind);
    }

    [Fact]
    public void A_huge_string_passes_in_constant_memory()
    {
        var image = new byte[64 * 1024];
        image.AsSpan().Fill((byte)'A');
        var ended = new List<RequestScanner>();

        Assert.InRange(
            Allocations.OfARound(Begun, scanner =>
            {
                for (var sent = 0; sent < 40 << 20; sent += image.Length)
                    scanner.Scan(image);
                scanner.Scan("\"}],\"model\":\"llava\"}"u8);
                ended.Add(scanner);
            }),
            0,
            4096);
        Assert.All(ended, scanner => Assert.Equal((RequestScanState.Complete, "llava"), (scanner.Finish(), scanner.Model)));

        static RequestScanner Begun()
        {
            var scanner = new RequestScanner();
            scanner.Scan("{\"messages\":[{\"content\":\"data:image/png;base64,"u8);
            return scanner;
        }
    }

    [Fact]
    public void Agrees_with_the_framework_on_random_bodies_and_splits()
    {
        var named = 0;
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new RandomJson(seed);
            var body = Encoding.UTF8.GetBytes("{\"model\":" + random.Text() + ",\"x\":" + Encoding.UTF8.GetString(random.Document()) + "," + random.Text() + ":true}");
            var scanner = new RequestScanner();
            foreach (var piece in random.Split(body))
                scanner.Scan(piece);
            scanner.Finish();

            using var document = JsonDocument.Parse(body);
            var members = document.RootElement.EnumerateObject().Select(p => (Name: TextOrNull(() => p.Name), p.Value)).ToList();
            var model = members.Last(m => m.Name == "model").Value;
            var expected = model.ValueKind == JsonValueKind.String ? TextOrNull(model.GetString) : null;
            Assert.Equal(expected, scanner.Model);
            Assert.Equal(members[^1].Name == "stream" ? true : null, scanner.Stream);
            named += expected is null ? 0 : 1;
        }

        Assert.InRange(named, 2_500, 5_000);
    }

    private static string? TextOrNull(Func<string?> text)
    {
        try
        {
            return text() is { Length: > 0 } some ? some : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
