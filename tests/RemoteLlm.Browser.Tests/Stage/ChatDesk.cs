namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>Somebody at the chat page.</summary>
internal sealed class ChatDesk(Visitor visitor)
{
    public IPage Page => visitor.Page;

    /// <summary>The answers of the open conversation.</summary>
    public ILocator Answers => Page.Locator("article.answer");

    /// <summary>The questions of the open conversation.</summary>
    public ILocator Questions => Page.Locator("article.question");

    /// <summary>What is about to be asked.</summary>
    public ILocator Text => Page.GetByLabel("Message", new() { Exact = true });

    /// <summary>The conversations that the browser keeps.</summary>
    public ILocator Conversations => Page.Locator("#chat-list li");

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static async Task<ChatDesk> Open(Visitor visitor, string query = "")
    {
        var desk = new ChatDesk(visitor);
        await visitor.Go("/chat" + query);
        // What is typed before its scripts have run is not sent by Enter.
        await Assertions.Expect(desk.Page.Locator("#chat[data-ready]")).ToBeVisibleAsync();
        return desk;
    }

    public async Task Ask(string text)
    {
        await Text.FillAsync(text);
        await Text.PressAsync("Enter");
    }
}
