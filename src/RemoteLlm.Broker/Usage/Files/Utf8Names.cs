using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RemoteLlm.Broker.Usage.Files;

/// <summary>Compares names with names in UTF-8, so that of a million lines each user's name becomes a string once.</summary>
internal sealed class Utf8Names : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    public static Utf8Names Instance { get; } = new();

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string obj) => GetHashCode(Encoding.UTF8.GetBytes(obj));

    public bool Equals(ReadOnlySpan<byte> alternate, string other)
    {
        Span<byte> text = alternate.Length <= 256 ? stackalloc byte[alternate.Length] : new byte[alternate.Length];
        return Encoding.UTF8.TryGetBytes(other, text, out var written) && text[..written].SequenceEqual(alternate);
    }

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public string Create(ReadOnlySpan<byte> alternate) => Encoding.UTF8.GetString(alternate);

    /// <summary>The names seen so far.</summary>
    internal sealed class Set
    {
        private readonly HashSet<string> _names = new(Instance);

        /// <summary>The name as a string, the same one each time.</summary>
        [SuppressMessage("Performance", "CA1868", Justification = "Add does not return the element.")]
        public string this[ReadOnlySpan<byte> name]
        {
            get
            {
                var lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
                if (lookup.TryGetValue(name, out var known))
                    return known;
                known = Encoding.UTF8.GetString(name);
                _names.Add(known);
                return known;
            }
        }
    }
}
