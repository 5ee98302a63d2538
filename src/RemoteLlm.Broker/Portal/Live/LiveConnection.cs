using System.Security.Claims;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>A page that is open in a browser and follows something.</summary>
/// <param name="Id">SignalR's name of the connection.</param>
/// <param name="Viewer">Who looks at it, as he was when it connected.</param>
/// <param name="Login">By which login.</param>
/// <param name="Abort">Ends it.</param>
internal sealed record LiveConnection(string Id, Viewer Viewer, ClaimsPrincipal Login, Action Abort)
{
    private IReadOnlySet<string> _subjects = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>What it follows; never changed in place.</summary>
    public IReadOnlySet<string> Subjects
    {
        get => Volatile.Read(ref _subjects);
        set => Volatile.Write(ref _subjects, value);
    }
}
