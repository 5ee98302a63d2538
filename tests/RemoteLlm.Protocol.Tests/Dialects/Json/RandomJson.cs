using System.Text;

namespace RemoteLlm.Protocol.Tests.Dialects.Json;

/// <summary>Draws JSON documents, ways to split bytes, and ways to spoil them. The same seed gives the same draw.</summary>
internal sealed class RandomJson(int seed)
{
    private static readonly string[] Fragments =
        ["a", "model", "stream", "stream_options", "include_usage", "ß", "漢", "😀", "\\n", "\\u0041", "\\ud83d\\ude00", "\\uD800", "\\\"", "\\\\", "\\/", " ", "{", "}", "]", ",", "http://x/", new string('x', 40)];

    private static readonly string[] Spoilers =
        ["\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e", "+", "t", "null", "\0", "\u0001", "\n", " ", "\uFEFF", "1", "tru", "\\u12", "\\x"];

    private readonly Random _random = new(seed);

    public byte[] Document() => Encoding.UTF8.GetBytes(Space() + Value(0) + Space());

    /// <summary>The document with one byte or fragment changed, added or taken away; often no longer JSON.</summary>
    public byte[] Spoil(byte[] document)
    {
        var at = _random.Next(document.Length + 1);
        var skip = Math.Min(_random.Next(3), document.Length - at);
        byte[] insert = _random.Next(4) switch
        {
            0 => [],
            1 => [(byte)_random.Next(256)],
            _ => Encoding.UTF8.GetBytes(Spoilers[_random.Next(Spoilers.Length)]),
        };
        return [.. document.AsSpan(0, at), .. insert, .. document.AsSpan(at + skip)];
    }

    /// <summary>The bytes in pieces, most of them short, some empty.</summary>
    public IEnumerable<byte[]> Split(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, _random.Next(3) == 0 ? _random.Next(40) : _random.Next(4));
            yield return bytes[at..(at + length)];
            at += length;
        }
    }

    public string Text() => "\"" + string.Concat(Enumerable.Range(0, _random.Next(4)).Select(_ => Fragments[_random.Next(Fragments.Length)])).Replace("\"", "\\\"").Replace("\\\\\"", "\\\"") + "\"";

    private string Value(int depth) => _random.Next(depth > 6 ? 5 : 9) switch
    {
        0 => Text(),
        1 => Number(),
        2 => "true",
        3 => "false",
        4 => "null",
        5 => Array(depth),
        6 => Array(depth),
        _ => Object(depth),
    };

    private string Array(int depth) =>
        "[" + Space() + string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Space() + Value(depth + 1) + Space())) + "]";

    private string Object(int depth) =>
        "{" + Space() + string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Space() + Text() + Space() + ":" + Space() + Value(depth + 1) + Space())) + "}";

    private string Number()
    {
        var number = (_random.Next(2) == 0 ? "-" : "") + (_random.Next(3) == 0 ? "0" : _random.Next(1, 100_000).ToString());
        if (_random.Next(3) == 0)
            number += "." + _random.Next(1000);
        if (_random.Next(4) == 0)
            number += (_random.Next(2) == 0 ? "e" : "E") + new[] { "", "+", "-" }[_random.Next(3)] + _random.Next(30);
        return number;
    }

    private string Space() => _random.Next(4) == 0 ? new[] { " ", "\n", "\r\n", "\t" }[_random.Next(4)] : "";
}
