using RemoteLlm.Broker.Portal.Live;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Portal.Live;

/// <summary>Pages are told of every change, and never more than once a second of one subject.</summary>
public sealed class LiveSubjectsTests
{
    private readonly ManualTime _time = new();
    private readonly List<string> _told = [];
    private readonly LiveSubjects _subjects;

    public LiveSubjectsTests() => _subjects = new LiveSubjects(_told.Add, _time);

    [Fact]
    public void First_change_is_told_at_once_and_what_follows_within_a_second_as_one()
    {
        _subjects.Changed(LiveSubject.Requests);
        _time.Advance(TimeSpan.Zero);
        Assert.Equal([LiveSubject.Requests], _told);

        for (var i = 0; i < 100; i++)
            _subjects.Changed(LiveSubject.Requests);
        _time.Advance(LiveSubjects.Pace - TimeSpan.FromMilliseconds(1));
        Assert.Single(_told);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, _told.Count);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void Change_during_the_telling_is_told_too()
    {
        LiveSubjects? subjects = null;
        var told = 0;
        subjects = new LiveSubjects(
            _ =>
            {
                if (++told == 1)
                    subjects!.Changed(LiveSubject.Models);
            },
            _time);

        subjects.Changed(LiveSubject.Models);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(2, told);
    }

    [Fact]
    public void One_subject_does_not_hold_up_another()
    {
        _subjects.Changed(LiveSubject.Requests);
        _subjects.Changed(LiveSubject.Users);
        _time.Advance(TimeSpan.Zero);

        Assert.Equal([LiveSubject.Requests, LiveSubject.Users], _told);
    }

    [Fact]
    public void Page_that_has_just_connected_learns_how_long_ago_its_subject_changed()
    {
        Assert.Null(_subjects.SinceChange(LiveSubject.Models));
        _subjects.Changed(LiveSubject.Models);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _subjects.SinceChange(LiveSubject.Models));
    }

    [Theory]
    [InlineData(LiveSubject.Models, false, true)]
    [InlineData(LiveSubject.ModelNames, false, true)]
    [InlineData(LiveSubject.Requests, false, false)]
    [InlineData(LiveSubject.Users, false, false)]
    [InlineData(LiveSubject.Connectors, false, false)]
    [InlineData(LiveSubject.Enrolments, false, false)]
    [InlineData(LiveSubject.Requests, true, true)]
    [InlineData("nothing", true, false)]
    [InlineData("", true, false)]
    public void Subjects_of_operators_are_for_operators(string subject, bool isOperator, bool open) => Assert.Equal(open, LiveSubject.IsOpenTo(subject, isOperator));
}
