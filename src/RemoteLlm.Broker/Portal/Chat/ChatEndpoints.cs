using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Portal.Chat;

/// <summary>The chat page.</summary>
internal static class ChatEndpoints
{
    /// <summary>Where it is; <c>?model=</c> chooses one.</summary>
    public const string Path = "/chat";

    public static void MapChat(this IEndpointRouteBuilder users) => users.MapGet(Path, (HttpContext context, ModelRouter router) =>
        PortalPage.Of<ChatPage, ChatModel>(context, ModelOf(Viewer.Of(context)!.User, router, context.Request.Query["model"].ToString())));

    private static ChatModel ModelOf(UserRecord user, ModelRouter router, string asked)
    {
        var choices = router.Visible(user.Models).Where(CanChat).Select(static model => new ChatChoice(model.Id, model.Capabilities is { } able ? able.HasFlag(ModelCapabilities.Vision) : null, model.ContextLength)).ToList();
        return new ChatModel(user.Name, choices, choices.Exists(choice => choice.Id == asked) ? asked : null);
    }

    // A server that tells nothing of its models is one for chats, as most are.
    private static bool CanChat(ModelDescription model) => model.Capabilities is not { } able || able.HasFlag(ModelCapabilities.Chat);
}
