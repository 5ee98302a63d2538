namespace RemoteLlm.Browser.Tests;

/// <summary>What a conversation looks like.</summary>
public sealed class ChatLooksTests(Chromium chromium)
{
    private const string Answer =
        "The sum of a list is `sum(numbers)`. Written out:\\n\\n```python\\ndef total(numbers: list[float]) -> float:\\n    result = 0.0\\n    for number in numbers:\\n        result += number  # one after the other, which loses precision where there are many of very different size\\n    return result\\n```\\n\\n"
        + "### Which one to take\\n\\n| | speed | precision |\\n|---|--:|---|\\n| `sum` | 1.0 | good |\\n| `math.fsum` | 0.3 | exact |\\n\\n1. Take `sum` for **integers**.\\n2. Take `math.fsum` for floats of *different* magnitudes.\\n   - It is slower.\\n\\n> Measure first.\\n";

    public static TheoryData<int, bool> Screens { get; } = new() { { 390, false }, { 390, true }, { 1440, false }, { 1440, true } };

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task A_conversation_fits_the_screen(int width, bool dark)
    {
        var screen = new Screen(width, width == 390 ? 844 : 900, dark);
        await using var stage = await PortalStage.Open(chromium, LlmScripts.Stream(Answer));
        await using var alice = await stage.LogIn("alice", screen);
        var chat = await ChatDesk.Open(alice);
        await chat.Ask("How do I add up the numbers of a list in Python, and which way is the most precise?");
        await Assertions.Expect(chat.Answers.GetByText("first token")).ToBeVisibleAsync();
        using var gate = new Turnstile();
        stage.Llm.Script = LlmScripts.Stream(gate, "Gladly", "!");
        await alice.Page.EvaluateAsync("scrollTo(0, 0)");
        await alice.Take("chat-answer", screen, whole: false);
        await alice.Page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await chat.Ask("Thanks. And in C#?");
        gate.Release();
        await Assertions.Expect(chat.Answers).ToContainTextAsync(["sum", "Gladly"]);

        await alice.Take("chat-conversation", screen, whole: false);
        Assert.True(await alice.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen");
        gate.Release();
        await Assertions.Expect(chat.Answers.GetByText("first token")).ToHaveCountAsync(2);
    }
}
