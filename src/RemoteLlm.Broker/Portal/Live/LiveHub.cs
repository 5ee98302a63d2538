using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.SignalR;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>What open pages connect to. <see cref="LiveGate"/> has seen to it that somebody is logged in, and that it is a page of ours.</summary>
internal sealed class LiveHub(LiveConnections connections, LiveSubjects subjects, IAntiforgery antiforgery) : Hub<ILiveClient>
{
    /// <summary>Most subjects of one page.</summary>
    public const int MostSubjects = 8;

    public override Task OnConnectedAsync()
    {
        var http = Context.GetHttpContext()!;
        if (Viewer.Of(http) is not { } viewer || !connections.TryAdd(new LiveConnection(Context.ConnectionId, viewer, http.User, Context.Abort)))
            Context.Abort();
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        connections.Remove(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }

    /// <summary>Says what the page follows. The first call; a page may make it again.</summary>
    /// <param name="token">The anti-forgery token that stands in the page.</param>
    /// <param name="followed">The subjects.</param>
    /// <returns>For each how many milliseconds ago it changed, -1 for never.</returns>
    /// <exception cref="HubException">Not followed; the message says why.</exception>
    public async Task<double[]> Follow(string token, string[] followed)
    {
        if (connections.Find(Context.ConnectionId) is not { } connection)
            throw new HubException("the connection has ended");
        if (followed is not { Length: > 0 and <= MostSubjects } || followed.Any(subject => !LiveSubject.IsOpenTo(subject, connection.Viewer.IsOperator)))
            throw new HubException("there is nothing of that name to follow");
        var http = Context.GetHttpContext()!;
        // As the header of a script's POST: the check is the framework's.
        http.Request.Headers["X-Form-Token"] = token;
        try
        {
            await antiforgery.ValidateRequestAsync(http);
        }
        catch (AntiforgeryValidationException exception)
        {
            Context.Abort();
            throw new HubException("the page is too old", exception);
        }

        connection.Subjects = followed.ToHashSet(StringComparer.Ordinal);
        return [.. followed.Select(subject => subjects.SinceChange(subject)?.TotalMilliseconds ?? -1)];
    }
}

/// <summary>What pages are told.</summary>
public interface ILiveClient
{
    /// <summary>Something of a subject has changed.</summary>
    Task Changed(string subject);
}
