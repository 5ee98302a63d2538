using RemoteLlm.Broker.Portal.Keys;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Portal.Keys;

public sealed class KeyFormsTests
{
    private static readonly MadeKey s_made = new(new EditOutcome(EditStatus.Written, ""), NewKeyModel.Of("sk-x", new NewKeyModel("laptop", "", null, null, Rotated: false)));
    private static readonly MadeKey s_not = new(new EditOutcome(EditStatus.Conflict, ""), null);

    private readonly ManualTime _time = new();
    private int _calls;

    [Fact]
    public async Task A_form_that_is_sent_twice_at_once_makes_one_key_and_shows_it_to_both()
    {
        var forms = new KeyForms(_time);
        var gate = new TaskCompletionSource<MadeKey>(TaskCreationOptions.RunContinuationsAsynchronously);

        var first = forms.OnceAsync("s", "f", () => Made(gate.Task));
        var second = forms.OnceAsync("s", "f", () => Made(gate.Task));
        gate.SetResult(s_made);

        Assert.Same(s_made, await first.OrHang());
        Assert.Same(s_made, await second.OrHang());
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Later_the_key_is_not_held_any_more_and_still_none_is_made()
    {
        var forms = new KeyForms(_time);
        await forms.OnceAsync("s", "f", () => Made(Task.FromResult(s_made)));

        _time.Advance(KeyForms.Shown - TimeSpan.FromSeconds(1));
        Assert.Same(s_made, await forms.OnceAsync("s", "f", () => Made(Task.FromResult(s_made))));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await forms.OnceAsync("s", "f", () => Made(Task.FromResult(s_made))));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task What_failed_can_be_sent_again_and_forms_of_others_are_others()
    {
        var forms = new KeyForms(_time);

        Assert.Same(s_not, await forms.OnceAsync("s", "f", () => Made(Task.FromResult(s_not))));
        await Assert.ThrowsAsync<IOException>(() => forms.OnceAsync("s", "f", () => Made(Task.FromException<MadeKey>(new IOException()))));
        Assert.Same(s_made, await forms.OnceAsync("s", "f", () => Made(Task.FromResult(s_made))));
        Assert.Same(s_not, await forms.OnceAsync("t", "f", () => Made(Task.FromResult(s_not))));
        Assert.Equal(4, _calls);
    }

    [Fact]
    public async Task Forms_are_forgotten_in_time_and_in_number()
    {
        var forms = new KeyForms(_time);
        for (var i = 0; i <= KeyForms.MaxForms + 1; i++)
            await forms.OnceAsync("s", $"{i}", () => Made(Task.FromResult(s_made)));
        _calls = 0;

        await forms.OnceAsync("s", "0", () => Made(Task.FromResult(s_made)));
        Assert.Equal(1, _calls);
        _time.Advance(KeyForms.Remembered + TimeSpan.FromSeconds(1));
        await forms.OnceAsync("s", $"{KeyForms.MaxForms}", () => Made(Task.FromResult(s_made)));
        Assert.Equal(2, _calls);
    }

    [Fact]
    public void The_key_is_no_part_of_what_the_model_says_of_itself() => Assert.DoesNotContain("sk-x", s_made.ToString(), StringComparison.Ordinal);

    private Task<MadeKey> Made(Task<MadeKey> task)
    {
        _calls++;
        return task;
    }
}
