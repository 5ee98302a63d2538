using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Registry.Json;

/// <summary>A value of a JSON text that people write, with its place in it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first character.</param>
/// <param name="Line">The line of that, from 1.</param>
/// <param name="Column">The column of that, from 1, in characters.</param>
internal sealed record PlacedJson(JsonValueKind Kind, int Start, int Line, int Column)
{
    /// <summary>The first character behind it.</summary>
    public int End { get; set; }

    /// <summary>The content of a string, unescaped; a number or a word as it is written; empty for an object or array.</summary>
    public string Text { get; init; } = "";

    /// <summary>An object's members in their order, repeated names included.</summary>
    public List<PlacedMember> Members { get; } = [];

    /// <summary>An array's items.</summary>
    public List<PlacedJson> Items { get; } = [];

    public bool IsObject => Kind == JsonValueKind.Object;

    public bool IsArray => Kind == JsonValueKind.Array;

    public bool IsString => Kind == JsonValueKind.String;

    public bool IsNumber => Kind == JsonValueKind.Number;

    /// <summary>A member's value, where it is there and not null.</summary>
    public PlacedJson? Find(string name) => Members.Find(member => member.Name == name)?.Value is { Kind: not JsonValueKind.Null } value ? value : null;
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name, unescaped.</param>
/// <param name="Start">The first character of the name.</param>
/// <param name="Line">The line of that, from 1.</param>
/// <param name="Column">The column of that, from 1.</param>
/// <param name="Value">Its value.</param>
internal sealed record PlacedMember(string Name, int Start, int Line, int Column, PlacedJson Value);
