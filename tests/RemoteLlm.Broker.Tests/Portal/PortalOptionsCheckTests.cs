using RemoteLlm.Broker.Portal;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Broker.Tests.Portal;

public sealed class PortalOptionsCheckTests
{
    private const string Beyond = "http://0.0.0.0:5080";
    private const string Loopback = "http://127.0.0.1:5080";

    private static BrokerOptions Good(Action<PortalOptions>? change = null, string urls = Beyond)
    {
        var options = new BrokerOptions { Urls = urls };
        var portal = options.Portal;
        (portal.PublicUrl, portal.GitLabClientId, portal.GitLabClientSecret, portal.SessionSecret) = (new Uri("https://llm.example.org"), "id", "secret", new string('s', 32));
        change?.Invoke(portal);
        return options;
    }

    [Fact]
    public void Settings_that_are_whole_pass()
    {
        BrokerOptionsCheck.Check(new BrokerOptions());
        BrokerOptionsCheck.Check(Good());
        BrokerOptionsCheck.Check(Good(portal => (portal.AllowedUsers, portal.AllowedGroups, portal.Approval, portal.Operators) = (["al.ice"], ["acme/research"], SignUpApproval.Auto, ["bob"])));
        BrokerOptionsCheck.Check(Good(portal => portal.PublicUrl = null, Loopback));
        BrokerOptionsCheck.Check(new BrokerOptions { Portal = { DevLogin = true } });
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "--dev-login", "dev" },
        { "--dev-login", "dev-public" },
        { "REMOTELLM_GITLAB_CLIENT_SECRET", "no-client-secret" },
        { "REMOTELLM_SESSION_SECRET", "no-session-secret" },
        { "fewer than 32", "short-session-secret" },
        { "--public-url", "no-public-url" },
        { "without a path", "path" },
        { "not https", "http" },
        { "--gitlab-client-id", "no-id" },
        { "--session-hours is 0", "no-session" },
        { "--session-hours is 169", "long-session" },
        { "'a b'", "user" },
        { "'/acme'", "group" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_setting_that_is_wrong_is_named(string says, string fault)
    {
        var options = fault switch
        {
            "dev" => new BrokerOptions { Urls = Beyond, Portal = { DevLogin = true } },
            "dev-public" => new BrokerOptions { Portal = { DevLogin = true, PublicUrl = new Uri("https://llm.example.org") } },
            _ => Good(portal => Break(portal, fault)),
        };

        var refusal = Assert.Throws<SettingException>(() => BrokerOptionsCheck.Check(options));

        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("too short", refusal.Message, StringComparison.Ordinal);
    }

    private static void Break(PortalOptions portal, string fault)
    {
        switch (fault)
        {
            case "no-client-secret": portal.GitLabClientSecret = null; break;
            case "no-session-secret": portal.SessionSecret = null; break;
            case "short-session-secret": portal.SessionSecret = "too short"; break;
            case "no-public-url": portal.PublicUrl = null; break;
            case "path": portal.PublicUrl = new Uri("https://llm.example.org/portal"); break;
            case "http": portal.PublicUrl = new Uri("http://llm.example.org"); break;
            case "no-id": portal.GitLabClientId = null; break;
            case "no-session": portal.SessionLifetime = TimeSpan.Zero; break;
            case "long-session": portal.SessionLifetime = TimeSpan.FromHours(169); break;
            case "user": portal.Operators = ["a b"]; break;
            case "group": portal.AllowedGroups = ["/acme"]; break;
            default: throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }
}
