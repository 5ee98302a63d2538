using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal;
using RemoteLlm.Broker.Portal.Signin.GitLab;
using RemoteLlm.Broker.Portal.Signin.SignUps;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Tests.Portal.Signin;

public sealed class SignUpRulesTests
{
    [Theory]
    // A GitLab of one's own: its names are given by people one knows.
    [InlineData("https://gitlab.example.org", UserRole.User, "", "", true)]
    [InlineData("https://gitlab.example.org", UserRole.Operator, "", "", true)]
    // gitlab.com: anybody can have the name.
    [InlineData("https://gitlab.com", UserRole.User, "", "", false)]
    [InlineData("https://GitLab.com", UserRole.Operator, "", "", false)]
    [InlineData("https://gitlab.com", UserRole.User, "acme", "", true)]
    [InlineData("https://gitlab.com", UserRole.Operator, "acme", "", false)]
    [InlineData("https://gitlab.com", UserRole.Operator, "", "ci", true)]
    public void Who_takes_an_entry_by_its_name(string gitLab, UserRole role, string allowedGroup, string allowedUser, bool takes)
    {
        var rules = new SignUpRules(new PortalOptions
        {
            GitLabUrl = new Uri(gitLab),
            AllowedGroups = allowedGroup.Length > 0 ? [allowedGroup] : [],
            AllowedUsers = allowedUser.Length > 0 ? [allowedUser] : [],
        });
        var entry = new UserRecord("ci", null, role, Blocked: false, Pending: false, RequestLimits.None, null, null, []);

        Assert.Equal(takes, rules.MayTake(new GitLabPerson(7, "ci", ["acme"]), entry));
    }

    [Fact]
    public void Without_a_list_everybody_waits_whatever_the_setting()
    {
        var person = new GitLabPerson(7, "alice", ["acme"]);

        Assert.True(new SignUpRules(new PortalOptions { Approval = SignUpApproval.Auto }).MustWait(person));
        Assert.False(new SignUpRules(new PortalOptions { Approval = SignUpApproval.Auto, AllowedGroups = ["acme"] }).MustWait(person));
        Assert.True(new SignUpRules(new PortalOptions { AllowedGroups = ["acme"] }).MustWait(person));
    }

    [Fact]
    public void Whom_the_settings_make_an_operator_takes_his_entry_anywhere()
    {
        var rules = new SignUpRules(new PortalOptions { GitLabClientId = "id", Operators = ["olga"] });

        Assert.True(rules.MayTake(new GitLabPerson(7, "olga", []), new UserRecord("olga", null, UserRole.Operator, false, false, RequestLimits.None, null, null, [])));
    }
}
