using System.Collections;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>
/// A list that is equal to another with equal items in the same order. A record that has its lists in this form is compared by value by the equality that the compiler makes, and
/// no member can be forgotten in it.
/// </summary>
internal sealed class ListedValues<T>(IEnumerable<T> items) : IReadOnlyList<T>
{
    private readonly T[] _items = [.. items];

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public override bool Equals(object? obj) => obj is ListedValues<T> other && (ReferenceEquals(this, other) || _items.AsSpan().SequenceEqual(other._items));

    // Cheap rather than sharp: who compares lists by value has found their owners by name before.
    public override int GetHashCode() => _items.Length > 0 ? HashCode.Combine(_items.Length, _items[0]) : 0;

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}

/// <summary>Makes <see cref="ListedValues{T}"/>.</summary>
internal static class ListedValues
{
    /// <summary>The list in the form that compares by value; null stays null.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(items))]
    public static IReadOnlyList<T>? Of<T>(IReadOnlyList<T>? items) => items switch
    {
        null => null,
        ListedValues<T> => items,
        _ => new ListedValues<T>(items),
    };
}
