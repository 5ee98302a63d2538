using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Portal.Signin.Welcome;

/// <summary>Makes the key of somebody who has none yet.</summary>
internal sealed class FirstKeys(PortalEdits edits, AccessFiles files, PortalSite site, ModelRouter models) : IDisposable
{
    private const string KeyName = "first";

    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Makes it. The key is null where he has one already: a form that is sent twice makes one key.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Whose; one who is approved.</param>
    /// <returns>The key, and what came of it.</returns>
    public async Task<(string? Key, EditOutcome Outcome)> MakeAsync(HttpContext context, UserRecord user)
    {
        await _gate.WaitAsync(context.RequestAborted);
        try
        {
            if (files.Users.FindUser(user.Name) is not { Keys.Count: 0 })
                return (null, new EditOutcome(EditStatus.Unchanged, "There is a key already."));
            var key = ApiKey.Generate();
            var outcome = await edits.UsersAsync(context, "key.made", $"{user.Name}/{KeyName}", users => users.AddKey(user.Name, KeyName, key, CancellationToken.None), ApiKey.Prefix(key));
            return (outcome.Status == EditStatus.Written ? key : null, outcome);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The page that shows it.</summary>
    public IResult Page(HttpContext context, UserRecord user, string key)
    {
        var baseUrl = site.BaseUrlOf(context.Request);
        return PortalPage.Of<WelcomePage, WelcomeModel>(context, new WelcomeModel(key, baseUrl, FirstCurl.Of(baseUrl, key, models.Visible(user.Models))));
    }

    /// <summary>The page with the button that makes it.</summary>
    public IResult Offer(HttpContext context, int status = StatusCodes.Status200OK, string? problem = null) =>
        PortalPage.Of<WelcomePage, WelcomeModel>(context, new WelcomeModel(null, site.BaseUrlOf(context.Request), null), status, problem);

    public void Dispose() => _gate.Dispose();
}
