using System.Text.Json;

namespace RemoteLlm.Browser.Tests;

/// <summary>The chat page, with an LLM that says what the test wants.</summary>
public sealed class ChatTests(Chromium chromium)
{
    private static readonly byte[] s_png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==");

    [Fact]
    public async Task An_answer_streams_is_stopped_and_is_there_after_a_reload()
    {
        using var gate = new Turnstile();
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream(gate, "Hello ", "Alice", " and more"));
        await using var alice = await stage.LogIn("alice");
        var chat = await ChatDesk.Open(alice);

        await chat.Ask("Who am I?");
        var exchange = await stage.Llm.NextExchange();
        await Assertions.Expect(chat.Button("Stop")).ToBeVisibleAsync();
        gate.Release();
        await Assertions.Expect(chat.Answers).ToContainTextAsync("Hello");
        gate.Release();
        await Assertions.Expect(chat.Answers).ToContainTextAsync("Hello Alice");
        await chat.Page.Keyboard.PressAsync("Escape");

        await exchange.PeerClosed.OrHang("the LLM server's connection is closed");
        await Assertions.Expect(chat.Answers).ToContainTextAsync("You stopped it here.");
        await Assertions.Expect(chat.Button("Send")).ToBeVisibleAsync();
        await chat.Page.ReloadAsync();
        await chat.Conversations.GetByText("Who am I?").ClickAsync();
        await Assertions.Expect(chat.Answers).ToContainTextAsync("Hello Alice");
        await Assertions.Expect(chat.Questions).ToContainTextAsync("Who am I?");
    }

    [Fact]
    public async Task An_answer_goes_on_while_another_conversation_is_open()
    {
        using var gate = new Turnstile();
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream(gate, "one ", "two ", "three"));
        await using var alice = await stage.LogIn("alice");
        var chat = await ChatDesk.Open(alice);
        await chat.Ask("Count");
        gate.Release();
        await Assertions.Expect(chat.Answers).ToContainTextAsync("one");

        await chat.Button("New chat").ClickAsync();
        await Assertions.Expect(chat.Answers).ToHaveCountAsync(0);
        await Assertions.Expect(chat.Button("Stop")).ToBeHiddenAsync();
        gate.Release();
        await chat.Conversations.GetByText("Count").ClickAsync();
        await Assertions.Expect(chat.Answers).ToContainTextAsync("one two");
        await Assertions.Expect(chat.Button("Stop")).ToBeVisibleAsync();
        gate.Release();
        await Assertions.Expect(chat.Answers).ToContainTextAsync("one two three");
        await Assertions.Expect(chat.Button("Regenerate")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Questions_carry_what_was_said_before_and_the_system_prompt()
    {
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream("Fine."));
        await using var alice = await stage.LogIn("alice");
        var chat = await ChatDesk.Open(alice);
        await chat.Page.GetByText("System prompt").First.ClickAsync();
        await chat.Page.GetByLabel("System prompt").FillAsync("Be brief.");

        await chat.Ask("First");
        await Assertions.Expect(chat.Answers.GetByText("first token")).ToBeVisibleAsync();
        await chat.Ask("Second");
        await Assertions.Expect(chat.Answers).ToHaveCountAsync(2);
        await Assertions.Expect(chat.Button("Regenerate")).ToBeVisibleAsync();
        await chat.Button("Regenerate").ClickAsync();
        await Assertions.Expect(chat.Answers.GetByText("first token")).ToHaveCountAsync(2);

        await stage.Llm.NextExchange();
        for (var question = 0; question < 2; question++)
        {
            var said = JsonDocument.Parse((await stage.Llm.NextExchange()).Request.Body).RootElement.GetProperty("messages").EnumerateArray()
                .Select(message => $"{message.GetProperty("role")}: {message.GetProperty("content")}");
            Assert.Equal(["system: Be brief.", "user: First", "assistant: Fine.", "user: Second"], said);
        }
    }

    [Fact]
    public async Task Markdown_is_shown_code_is_copied_and_what_a_model_writes_is_never_run()
    {
        const string Answer =
            "# Title\\n\\nA **bold** `word` &amp; <img src=x onerror=alert(1)> [bad](javascript:alert(1)) [good](https://example.org/) ![pixel](https://example.org/p.png)\\n\\n"
            + "<script>alert(1)</script>\\n\\n| a | b |\\n|---|--:|\\n| 1 | 2 |\\n\\n- [x] done\\n\\n```python\\nprint('<b>hi</b>')\\n```\\n";
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream(Answer[..50], Answer[50..]));
        await using var alice = await stage.LogIn("alice");
        alice.Page.Dialog += (_, dialog) => Assert.Fail($"a dialog: {dialog.Message}");
        var chat = await ChatDesk.Open(alice);

        await chat.Ask("<i>Show</i>");
        var answer = chat.Answers;
        await Assertions.Expect(answer.GetByRole(AriaRole.Heading, new() { Name = "Title" })).ToBeVisibleAsync();
        await Assertions.Expect(answer.Locator("strong")).ToHaveTextAsync("bold");
        await Assertions.Expect(answer.Locator("td")).ToHaveTextAsync(["1", "2"]);
        await Assertions.Expect(answer.GetByRole(AriaRole.Checkbox)).ToBeCheckedAsync();
        await Assertions.Expect(answer.GetByText("& <img src=x onerror=alert(1)>")).ToBeVisibleAsync();
        await Assertions.Expect(answer.Locator("img, script, iframe, b")).ToHaveCountAsync(0);
        var links = answer.Locator("a");
        await Assertions.Expect(links).ToHaveCountAsync(2);
        await Assertions.Expect(links.First).ToHaveAttributeAsync("rel", "noopener noreferrer");
        await Assertions.Expect(chat.Questions.Locator(".said")).ToHaveTextAsync("<i>Show</i>");

        await answer.GetByRole(AriaRole.Button, new() { Name = "Copy python" }).ClickAsync();
        await Assertions.Expect(answer.GetByText("Copied")).ToBeVisibleAsync();
        Assert.Equal("print('<b>hi</b>')", (await chat.Page.EvaluateAsync<string>("navigator.clipboard.readText()")).Trim());
    }

    [Fact]
    public async Task What_went_wrong_is_told_with_the_request_and_can_be_tried_again()
    {
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Json("""{"error":{"message":"The GPU is on fire","type":"server_error"}}""", 500));
        await using var alice = await stage.LogIn("alice");
        alice.Expect(500);
        var chat = await ChatDesk.Open(alice);

        await chat.Ask("Hi");
        var alert = chat.Answers.GetByRole(AriaRole.Alert);
        await Assertions.Expect(alert).ToContainTextAsync("request req_");
        stage.Llm.Script = LlmScripts.Stream("Put out.");
        await chat.Button("Regenerate").ClickAsync();
        await Assertions.Expect(chat.Answers).ToContainTextAsync("Put out.");
        await Assertions.Expect(alert).ToHaveCountAsync(0);

        stage.Llm.Script = async exchange =>
        {
            await exchange.SendHeaders();
            await exchange.SendEvent(LlmScripts.Delta("Half"));
            exchange.Close();
        };
        await chat.Ask("More");
        await Assertions.Expect(alert).ToContainTextAsync("stream_interrupted");
        await Assertions.Expect(chat.Answers.Last).ToContainTextAsync("Half");
    }

    [Fact]
    public async Task Images_go_along_as_large_as_models_look_at_them()
    {
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream("A dot."));
        await using var alice = await stage.LogIn("alice");
        var chat = await ChatDesk.Open(alice);

        await chat.Page.GetByLabel("Add image").SetInputFilesAsync(new FilePayload { Name = "dot.png", MimeType = "image/png", Buffer = s_png });
        await Assertions.Expect(chat.Page.Locator("#chat-images img")).ToHaveCountAsync(1);
        await chat.Page.GetByLabel("Add image").SetInputFilesAsync(new FilePayload { Name = "no.png", MimeType = "image/png", Buffer = "nonsense"u8.ToArray() });
        await Assertions.Expect(chat.Page.GetByText("no.png is no image")).ToBeVisibleAsync();
        await chat.Ask("What is it?");

        var parts = JsonDocument.Parse((await stage.Llm.NextExchange()).Request.Body).RootElement.GetProperty("messages")[0].GetProperty("content");
        Assert.Equal("What is it?", parts[0].GetProperty("text").GetString());
        Assert.Equal("data:image/png;base64," + Convert.ToBase64String(s_png), parts[1].GetProperty("image_url").GetProperty("url").GetString());
        await Assertions.Expect(chat.Questions.Locator("img")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Conversations_are_those_of_one_user_in_one_browser_and_can_be_deleted()
    {
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream("Yes."));
        await using var alice = await stage.LogIn("alice");
        alice.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        var chat = await ChatDesk.Open(alice);
        foreach (var question in new[] { "One", "Two" })
        {
            await chat.Button("New chat").ClickAsync();
            await chat.Ask(question);
            await Assertions.Expect(chat.Answers.GetByText("first token")).ToBeVisibleAsync();
        }

        await Assertions.Expect(chat.Conversations).ToHaveCountAsync(2);
        await chat.Conversations.GetByText("One").ClickAsync();
        await Assertions.Expect(chat.Questions).ToContainTextAsync("One");
        await chat.Button("Delete One").ClickAsync();
        await Assertions.Expect(chat.Conversations).ToHaveCountAsync(1);
        await Assertions.Expect(chat.Questions).ToHaveCountAsync(0);

        await chat.Button("Log out").ClickAsync();
        await PortalStage.LogIn("bob", alice);
        await ChatDesk.Open(alice);
        await Assertions.Expect(chat.Conversations).ToHaveCountAsync(0);
        await chat.Button("Log out").ClickAsync();
        await PortalStage.LogIn("alice", alice);
        await ChatDesk.Open(alice);
        await Assertions.Expect(chat.Conversations).ToHaveCountAsync(1);
        await chat.Button("Delete all").ClickAsync();
        await Assertions.Expect(chat.Conversations).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_a_model_the_page_says_so_and_nothing_can_be_sent()
    {
        await using var stage = await PortalStage.Open(chromium, options: new ClusterOptions { Users = PortalStage.Users, WithoutConnector = true, Broker = broker => broker.Portal.DevLogin = true });
        await using var alice = await stage.LogIn("alice");
        var chat = await ChatDesk.Open(alice);

        await Assertions.Expect(chat.Page.GetByRole(AriaRole.Heading, new() { Name = "No model is online" })).ToBeVisibleAsync();
        await chat.Text.FillAsync("Hi");
        await Assertions.Expect(chat.Button("Send")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task Models_come_and_go_in_the_list_and_what_was_typed_and_chosen_stays()
    {
        await using var stage = await PortalStage.Open(chromium, models: ["test-model", "other-model"]);
        await using var alice = await stage.LogIn("alice");
        var chat = await ChatDesk.Open(alice);
        var picker = chat.Page.GetByLabel("Model", new() { Exact = true });
        await picker.SelectOptionAsync("test-model");
        await chat.Text.FillAsync("half a thou");

        await stage.Cluster.Connector.Stop().OrHang();
        await Assertions.Expect(picker.Locator("option")).ToHaveTextAsync(["test-model (not online)"]);
        await Assertions.Expect(picker).ToHaveValueAsync("test-model");
        await Assertions.Expect(chat.Page.Locator("#chat-blank")).ToContainTextAsync("No model is online");
        await Assertions.Expect(chat.Text).ToHaveValueAsync("half a thou");

        await using var back = await stage.Cluster.StartConnector();
        await Assertions.Expect(picker.Locator("option")).ToHaveTextAsync(["other-model", "test-model"]);
        await Assertions.Expect(picker).ToHaveValueAsync("test-model");
        await Assertions.Expect(chat.Text).ToHaveValueAsync("half a thou");
        await chat.Ask("Hello?");
        await Assertions.Expect(chat.Answers).ToContainTextAsync("Hello");
    }

    [Fact]
    public async Task Who_opens_the_chat_before_any_model_is_there_can_ask_the_first_that_comes()
    {
        await using var stage = await PortalStage.Open(chromium, options: new ClusterOptions { Users = PortalStage.Users, WithoutConnector = true, Broker = broker => broker.Portal.DevLogin = true });
        await using var alice = await stage.LogIn("alice");
        var chat = await ChatDesk.Open(alice);
        await chat.Text.FillAsync("Hello?");
        await Assertions.Expect(chat.Button("Send")).ToBeDisabledAsync();

        await using var connector = await stage.Cluster.StartConnector();

        await Assertions.Expect(chat.Page.GetByLabel("Model", new() { Exact = true })).ToHaveValueAsync("test-model");
        await chat.Button("Send").ClickAsync();
        await Assertions.Expect(chat.Answers).ToContainTextAsync("Hello");
    }
}
