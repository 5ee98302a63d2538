using System.Globalization;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>
/// Reads the fields of one mapping by name and type. Which names are known is what was asked for: <see cref="WarnOfOthers"/> comes last.
/// </summary>
/// <param name="mapping">The mapping.</param>
/// <param name="what">What it describes, for messages: "a user".</param>
/// <param name="problems">Takes what is wrong; a field in error reads as absent.</param>
internal sealed class FieldReader(YamlMapping mapping, string what, FileProblems problems)
{
    /// <summary>Longest name or other text of ours that a file may hold, in characters.</summary>
    private const int MaximumTextLength = 256;

    private static readonly string[] s_timestampFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mmK",
    ];

    private readonly Dictionary<string, YamlPair> _pairs = Index(mapping, problems);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public YamlMapping Mapping => mapping;

    /// <summary>The field's node, where it is there and has a value.</summary>
    public YamlNode? Node(string name)
    {
        _asked.Add(name);
        return _pairs.TryGetValue(name, out var pair) && !pair.Value.IsNull ? pair.Value : null;
    }

    public string? Text(string name) => Read(name, "a text of at most 256 characters in one line", OneLine);

    public bool? Flag(string name) => Read(name, "true or false", text => text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => (bool?)null,
    });

    public double? Amount(string name) => Read(name, "a number, 0 or more", text =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) && number >= 0 ? number : (double?)null);

    /// <summary>An amount of money. Decimal, so that what is written is what counts.</summary>
    public decimal? Money(string name) => Read(name, "an amount, 0 or more", text =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var amount) && amount >= 0 ? amount : (decimal?)null);

    /// <summary>A number above zero.</summary>
    public double? Share(string name, int most) => Read(name, $"a number, more than 0 and at most {most}", text =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= most ? number : (double?)null);

    public int? Count(string name, int least = 0) => Read(name, $"a whole number, {least} or more", text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number : (int?)null);

    public long? LongCount(string name) => Read(name, "a whole number, 0 or more", text =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null);

    public DateTimeOffset? Timestamp(string name) => Read(name, "a time such as 2026-11-30T10:00:00Z", text =>
        DateTimeOffset.TryParseExact(text, s_timestampFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime() : (DateTimeOffset?)null);

    /// <summary>One of a few words; <paramref name="words"/> pairs each with its meaning.</summary>
    public T? Word<T>(string name, params (string Word, T Meaning)[] words)
        where T : struct => Read(name, string.Join(" or ", words.Select(w => w.Word)), text =>
            words.Where(w => w.Word == text).Select(w => (T?)w.Meaning).FirstOrDefault());

    public IReadOnlyList<string>? Texts(string name)
    {
        if (List(name) is not { } list)
        {
            return null;
        }

        var texts = new List<string>(list.Items.Count);
        foreach (var item in list.Items)
        {
            if (item is YamlScalar { IsNull: false } scalar && OneLine(scalar.Value) is { } text)
            {
                texts.Add(text);
            }
            else
            {
                problems.Error(item, $"Each of {name} must be a text of at most {MaximumTextLength} characters in one line.");
            }
        }

        return texts;
    }

    public YamlSequence? List(string name) => Typed<YamlSequence>(name, "a list, each item on a line that begins with a dash");

    public FieldReader? Fields(string name, string described) =>
        Typed<YamlMapping>(name, "names with values, each on a line of its own") is { } inner ? new FieldReader(inner, described, problems) : null;

    /// <summary>Warns of each field that nobody asked for: kept in the file, but probably misspelt.</summary>
    public void WarnOfOthers()
    {
        foreach (var pair in mapping.Pairs.Where(pair => !_asked.Contains(pair.Key.Value)))
        {
            problems.Warn(pair.Key, $"\"{Shorten(pair.Key.Value)}\" is not a field of {what}; it is kept and has no effect.");
        }
    }

    private static string Shorten(string name) => name.Length <= 40 ? name.ReplaceLineEndings(" ") : string.Concat(name.ReplaceLineEndings(" ").AsSpan(0, 40), "...");

    private static string? OneLine(string text) => text.Length <= MaximumTextLength && !text.Any(char.IsControl) ? text : null;

    private static Dictionary<string, YamlPair> Index(YamlMapping mapping, FileProblems problems)
    {
        var pairs = new Dictionary<string, YamlPair>(StringComparer.Ordinal);
        foreach (var pair in mapping.Pairs)
        {
            if (!pairs.TryAdd(pair.Key.Value, pair))
            {
                problems.Error(pair.Key, $"\"{Shorten(pair.Key.Value)}\" stands here a second time (first in line {pairs[pair.Key.Value].Key.Line}); remove one of the two.");
            }
        }

        return pairs;
    }

    private T? Typed<T>(string name, string expected)
        where T : YamlNode
    {
        if (Node(name) is not { } node)
        {
            return null;
        }

        if (node is T typed)
        {
            return typed;
        }

        problems.Error(node, $"{name} must be {expected}.");
        return null;
    }

    private string? Read(string name, string expected, Func<string, string?> convert) => Converted(name, expected, convert, value => value is not null);

    private T? Read<T>(string name, string expected, Func<string, T?> convert)
        where T : struct => Converted(name, expected, convert, value => value.HasValue);

    // The message names what is expected but never what stands there: it might be a key in the wrong place.
    private T? Converted<T>(string name, string expected, Func<string, T?> convert, Func<T?, bool> isGood)
    {
        if (Node(name) is not { } node)
        {
            return default;
        }

        var value = node is YamlScalar scalar ? convert(scalar.Value) : default;
        if (!isGood(value))
        {
            problems.Error(node, $"{name} must be {expected}.");
        }

        return value;
    }
}
