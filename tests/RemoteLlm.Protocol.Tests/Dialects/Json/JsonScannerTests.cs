using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Tests.Dialects.Json;

public sealed class JsonScannerTests
{
    [Fact]
    public void Accepts_exactly_what_the_framework_accepts_wherever_the_bytes_are_split()
    {
        var (accepted, refused) = (0, 0);
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new RandomJson(seed);
            var document = random.Document();
            for (var spoils = seed % 4; spoils > 0; spoils--)
                document = random.Spoil(document);

            var expected = IsJson(document);
            Assert.True(expected == Accepts(random.Split(document)), $"seed {seed}: expected {expected} for {Encoding.UTF8.GetString(document)}");
            _ = expected ? accepted++ : refused++;
        }

        Assert.InRange(accepted, 5_000, 15_000);
        Assert.InRange(refused, 5_000, 15_000);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("-0", true)]
    [InlineData("01", false)]
    [InlineData("-", false)]
    [InlineData("1.", false)]
    [InlineData(".5", false)]
    [InlineData("1e", false)]
    [InlineData("1e+", false)]
    [InlineData("1E-7", true)]
    [InlineData("+1", false)]
    [InlineData("0x1", false)]
    [InlineData("NaN", false)]
    [InlineData("truex", false)]
    [InlineData("tru", false)]
    [InlineData("[1,]", false)]
    [InlineData("{\"a\":1,}", false)]
    [InlineData("{\"a\" 1}", false)]
    [InlineData("{a:1}", false)]
    [InlineData("[1 2]", false)]
    [InlineData("[}", false)]
    [InlineData("{]", false)]
    [InlineData("/*c*/1", false)]
    [InlineData("\"\t\"", false)]
    [InlineData("\"\u007f\"", true)]
    [InlineData("\"\\uD800\"", true)]
    [InlineData("", false)]
    [InlineData(" \r\n\t1 ", true)]
    [InlineData("1 1", false)]
    public void Follows_the_grammar(string json, bool valid)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.Equal(valid, IsJson(bytes));
        Assert.Equal(valid, Accepts([bytes]));
        Assert.Equal(valid, Accepts(bytes.Select(b => new[] { b })));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Depth_is_bounded_as_in_the_framework(int depth, bool valid)
    {
        var json = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));
        Assert.Equal(valid, IsJson(json));
        Assert.Equal(valid, Accepts([json]));
    }

    [Theory]
    [InlineData("22 C3 28 22", 2)]
    [InlineData("22 C3 22", 2)]
    [InlineData("22 80 22", 1)]
    [InlineData("22 C0 AF 22", 1)]
    [InlineData("22 ED A0 80 22", 2)]
    [InlineData("22 F4 90 80 80 22", 2)]
    [InlineData("22 61 62 63 FF 22", 4)]
    public void Invalid_utf8_is_refused_at_every_split(string hex, int offendingByte)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        for (var split = 0; split <= bytes.Length; split++)
        {
            var scanner = new JsonScanner(16);
            foreach (var half in new[] { bytes[..split], bytes[split..] })
            {
                ReadOnlySpan<byte> rest = half;
                scanner.Read(ref rest);
            }

            Assert.Contains("UTF-8", scanner.Fault);
            Assert.InRange(scanner.Position, 1, offendingByte);
        }
    }

    [Fact]
    public void Reports_the_same_tokens_as_the_framework_reader()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new RandomJson(seed);
            var document = random.Document();
            Assert.Equal(FrameworkTokens(document), Tokens(random.Split(document)));
        }
    }

    [Fact]
    public void Long_text_is_cut_and_says_so()
    {
        var scanner = new JsonScanner(8);
        ReadOnlySpan<byte> bytes = "\"0123456789\""u8;
        Assert.Equal(JsonToken.String, scanner.Read(ref bytes));
        Assert.True(scanner.Text.Truncated);
        Assert.Equal("01234567"u8, scanner.Text.Raw);
        Assert.False(scanner.Text.TryDecode(out _));
    }

    private static bool Accepts(IEnumerable<byte[]> pieces)
    {
        var scanner = new JsonScanner(16);
        foreach (var piece in pieces)
        {
            ReadOnlySpan<byte> rest = piece;
            while (scanner.Read(ref rest) is not (JsonToken.None or JsonToken.Malformed))
                Assert.True(scanner.Depth >= 0);
        }

        return scanner.Finish();
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            JsonDocument.Parse(bytes).Dispose();
            return Utf8.IsValid(bytes);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static List<string> Tokens(IEnumerable<byte[]> pieces)
    {
        var tokens = new List<string>();
        var scanner = new JsonScanner(4096) { ReportDepth = JsonContainers.MaxDepth };
        foreach (var piece in pieces.Append("\n"u8.ToArray()))
        {
            ReadOnlySpan<byte> rest = piece;
            while (scanner.Read(ref rest) is var token && token != JsonToken.None)
                tokens.Add(token is JsonToken.Name or JsonToken.String or JsonToken.Number ? $"{token} {Encoding.UTF8.GetString(scanner.Text.Raw)}" : $"{token}");
        }

        return tokens;
    }

    private static List<string> FrameworkTokens(byte[] document)
    {
        var tokens = new List<string>();
        var reader = new Utf8JsonReader(document);
        while (reader.Read())
        {
            var text = Encoding.UTF8.GetString(reader.ValueSpan);
            tokens.Add(reader.TokenType switch
            {
                JsonTokenType.PropertyName => $"Name {text}",
                JsonTokenType.String => $"String {text}",
                JsonTokenType.Number => $"Number {text}",
                var type => $"{type}",
            });
        }

        return tokens;
    }
}
