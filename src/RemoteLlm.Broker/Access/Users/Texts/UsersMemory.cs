using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users.Texts;

/// <summary>The last good text of <c>users.yaml</c> that somebody in this process read or made: who follows the file and who edits it read only what differs from it. Safe for concurrent use.</summary>
/// <param name="limits">Limits for what neither a user nor <c>defaults:</c> says.</param>
internal sealed class UsersMemory(RequestLimits limits)
{
    private UsersText? _last;

    /// <summary>Reads a text.</summary>
    public UsersText Read(string text)
    {
        var read = Volatile.Read(ref _last)?.Following(text) ?? UsersText.Read(text, limits);
        if (read.Reading.Content is not null)
            Volatile.Write(ref _last, read);
        return read;
    }
}
