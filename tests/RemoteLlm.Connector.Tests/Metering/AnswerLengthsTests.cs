using System.Globalization;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Servers.Costs;

namespace RemoteLlm.Connector.Tests.Metering;

public sealed class AnswerLengthsTests
{
    private readonly AnswerLengths _answers = new();

    [Fact]
    public void Nothing_known_is_the_usual_and_the_first_answer_replaces_it()
    {
        Assert.Equal(Pricing.UsualAnswer, _answers.Expected("m"));
        _answers.Observe("m", 40);
        Assert.Equal((40, Pricing.UsualAnswer), (_answers.Expected("m"), _answers.Expected("other")));
    }

    [Fact]
    public void New_habits_show_after_some_answers_and_one_long_answer_does_not()
    {
        _answers.Observe("m", 100);
        _answers.Observe("m", 1700);
        Assert.Equal(200, _answers.Expected("m"));
        for (var i = 0; i < 100; i++)
            _answers.Observe("m", 10);
        Assert.InRange(_answers.Expected("m"), 10, 12);
    }

    [Fact]
    public void An_answer_of_nothing_is_expected_to_be_followed_by_one_of_a_token()
    {
        _answers.Observe("m", 0);
        _answers.Observe("m", -5);
        Assert.Equal(1, _answers.Expected("m"));
    }

    [Fact]
    public void Only_so_many_models_are_remembered()
    {
        for (var i = 0; i < AnswerLengths.MostModels + 10; i++)
            _answers.Observe(i.ToString(CultureInfo.InvariantCulture), 7);
        Assert.Equal((7, Pricing.UsualAnswer), (_answers.Expected("999"), _answers.Expected("1005")));
    }
}
