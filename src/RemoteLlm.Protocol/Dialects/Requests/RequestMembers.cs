using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>
/// What the owner of an LLM server wants in the JSON requests to it: members that win over the client's, and defaults for those about which the client says nothing. It says
/// nothing about a member that is absent or null. Immutable.
/// </summary>
public sealed class RequestMembers
{
    /// <summary>Most names, both kinds together.</summary>
    public const int MostNames = 64;

    private static readonly string[] s_answerLimits = ["max_tokens", "max_completion_tokens", "max_output_tokens"];

    private readonly (string Name, byte[] Value)[] _body;
    private readonly (string Name, byte[] Value)[] _defaults;

    private RequestMembers(IReadOnlyList<RequestMember> body, IEnumerable<RequestMember> defaults)
    {
        _body = Encoded(body);
        _defaults = Encoded(defaults.Where(member => !body.Any(other => IsSame(other.Name, member.Name))));
        Names = [.. _body.Select(member => member.Name), .. _defaults.Select(member => member.Name)];
    }

    /// <summary>Nothing is wanted.</summary>
    public static RequestMembers None { get; } = new([], []);

    /// <summary>The members that decide which model works on what, and how the answer comes: they are the client's, or ours, in whatever case they are written.</summary>
    public static IReadOnlyList<string> ReservedMembers { get; } = ["model", "stream", "stream_options", "messages", "input", "prompt"];

    /// <summary>All names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether every name is on the list, so that <see cref="Edits"/> can be asked of a scanner that had it.</summary>
    public bool AreIn(WatchedMembers watched) => Names.All(name => watched.IndexOf(name) >= 0);

    /// <summary>Takes the members if they can be used.</summary>
    /// <param name="body">Those that win.</param>
    /// <param name="defaults">Those for the silent client; one that is in <paramref name="body"/> too is of no effect.</param>
    /// <param name="members">The members.</param>
    /// <param name="problem">Otherwise: which one cannot be used, and why.</param>
    public static bool TryCreate(IReadOnlyList<RequestMember> body, IReadOnlyList<RequestMember> defaults, [NotNullWhen(true)] out RequestMembers? members, [NotNullWhen(false)] out string? problem)
    {
        problem = ProblemOf(body) ?? ProblemOf(defaults);
        if (problem is null && body.Count + defaults.Count > MostNames)
            problem = $"there are more than {MostNames} members";
        members = problem is null ? new RequestMembers(body, defaults) : null;
        return members is not null;
    }

    /// <summary>Why one of the members cannot be used; null when all can.</summary>
    public static string? ProblemOf(IReadOnlyList<RequestMember> members)
    {
        for (var i = 0; i < members.Count; i++)
        {
            var (name, json) = members[i];
            if (name.Length is 0 or > WatchedMembers.LongestName || EncodedText.ForJson(name) is null)
                return $"the name of a member must have 1 to {WatchedMembers.LongestName} characters";
            if (ReservedMembers.Any(reserved => IsSame(reserved, name)))
                return $"\"{name}\" is for the client to say";
            if (members.Take(i).Any(other => IsSame(other.Name, name)))
                return $"\"{name}\" is there twice";
            if (!IsJson(json))
                return $"the value of \"{name}\" is not JSON";
        }

        return null;
    }

    /// <summary>
    /// What puts the members into a body. A member whose name is written in another case counts as the same, since servers in Go see it so: it keeps a default away, and it gets the
    /// owner's value, beside which the name as the owner writes it is put in for all other servers. Where the client limits the answer by one name, no default does by another.
    /// </summary>
    /// <param name="scan">Has seen the whole body, with a list that has all <see cref="Names"/>.</param>
    /// <returns>For <see cref="RequestEdits.Combine"/>.</returns>
    /// <exception cref="InvalidOperationException">The body was not seen whole, or without such a list.</exception>
    public IReadOnlyList<RequestEdit> Edits(RequestScanner scan)
    {
        if (scan.State != RequestScanState.Complete || !AreIn(scan.Watched))
            throw new InvalidOperationException("The body was not scanned to its end, or not for these members.");
        var edits = new List<RequestEdit>();
        foreach (var (name, value) in _body)
            Put(edits, scan, name, value);
        foreach (var (name, value) in _defaults)
        {
            if (IsSilent(scan, name))
                Put(edits, scan, name, value);
        }

        return edits;
    }

    private static bool IsSilent(RequestScanner scan, string name) =>
        scan.Spans.Of(scan.Watched.IndexOf(name)).All(span => span.IsNull) && !(scan.LimitsAnswer && s_answerLimits.Contains(name));

    private static void Put(List<RequestEdit> edits, RequestScanner scan, string name, byte[] value)
    {
        var isThere = false;
        foreach (var span in scan.Spans.Of(scan.Watched.IndexOf(name)))
        {
            edits.Add(new RequestEdit(span.Start, span.Length, value));
            isThere |= span.IsExact;
        }

        if (!isThere)
            edits.Add(new RequestEdit(scan.ObjectStart, 0, (byte[])[.. EncodedText.ForJson(name)!, (byte)':', .. value, (byte)',']));
    }

    private static (string Name, byte[] Value)[] Encoded(IEnumerable<RequestMember> members) => [.. members.Select(member => (member.Name, Encoding.UTF8.GetBytes(member.Json)))];

    private static bool IsSame(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
