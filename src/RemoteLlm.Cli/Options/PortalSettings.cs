using System.CommandLine;
using RemoteLlm.Broker.Portal;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Options;

/// <summary>The broker's options about its portal. The two secrets come from the environment or from files: what stands on a command line is seen by others.</summary>
internal sealed class PortalSettings
{
    /// <summary>The environment variable of the application's secret at GitLab.</summary>
    public const string ClientSecretVariable = "REMOTELLM_GITLAB_CLIENT_SECRET";

    /// <summary>The environment variable of the session secret.</summary>
    public const string SessionSecretVariable = "REMOTELLM_SESSION_SECRET";

    /// <summary>The environment variable of <c>--operators</c>.</summary>
    public const string OperatorsVariable = "REMOTELLM_OPERATORS";

    private static readonly PortalOptions s_defaults = new();

    private readonly EnvironmentSettings _environment;
    private readonly Option<Uri?> _publicUrl, _gitLabUrl;
    private readonly Option<string?> _clientId, _clientSecretFile, _sessionSecretFile, _users, _groups, _operators;
    private readonly Option<SignUpApproval?> _approval;
    private readonly Option<bool> _devLogin;
    private readonly Option<int?> _sessionHours;

    /// <summary>Declares them.</summary>
    public PortalSettings(EnvironmentSettings environment)
    {
        _environment = environment;
        _publicUrl = environment.Address("--public-url", "Where people reach this broker, such as https://llm.example.org: for the portal's links and for GitLab.");
        _gitLabUrl = environment.Address("--gitlab-url", "The GitLab at which people log in to the portal.", s_defaults.GitLabUrl);
        _clientId = environment.Text("--gitlab-client-id", "Id of the application at GitLab (scopes read_user and, with --gitlab-allowed-groups, openid; redirect URI: the public URL and /login/gitlab/callback). Without it the portal is off.");
        _clientSecretFile = environment.Text("--gitlab-client-secret-file", $"File with that application's secret; or set {ClientSecretVariable}.");
        _sessionSecretFile = environment.Text("--session-secret-file", $"File with the secret that cookies are sealed with, 32 characters or more, the same at every start; or set {SessionSecretVariable}. `openssl rand -hex 32` makes one.");
        _sessionHours = environment.Number("--session-hours", "How long a login to the portal lasts at most, in hours; 1 to 168.", (int)s_defaults.SessionLifetime.TotalHours);
        _users = environment.Text("--gitlab-allowed-users", "GitLab user names who may sign up, separated by commas.");
        _groups = environment.Text("--gitlab-allowed-groups", "Full paths of GitLab groups whose members, those of subgroups included, may sign up, separated by commas. Without users and groups anybody may ask, and waits for approval.");
        _approval = SettingOptions.Setting<SignUpApproval?>(environment, "--approval", "Whether those who may sign up are in at once (auto) or wait for an operator (manual, the default, and always without allowed users or groups).", ParseApproval, fallback: null);
        _approval.HelpName = "auto|manual";
        _operators = environment.Text("--operators", "User names of people whom every login makes operators, separated by commas. Who is to be none any more is taken out here first.");
        _devLogin = environment.Flag("--dev-login", "Let anybody log in to the portal under any name. For development; refused unless every address is loopback.");
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_publicUrl, _gitLabUrl, _clientId, _clientSecretFile, _sessionSecretFile, _sessionHours, _users, _groups, _approval, _operators, _devLogin];

    /// <summary>Takes what a command line and the environment say.</summary>
    public void Take(ParseResult line, PortalOptions options)
    {
        options.PublicUrl = line.GetValue(_publicUrl);
        options.GitLabUrl = line.GetValue(_gitLabUrl) ?? s_defaults.GitLabUrl;
        options.GitLabClientId = line.GetValue(_clientId);
        options.GitLabClientSecret = Secret(line.GetValue(_clientSecretFile), _clientSecretFile, ClientSecretVariable);
        options.SessionSecret = Secret(line.GetValue(_sessionSecretFile), _sessionSecretFile, SessionSecretVariable);
        options.SessionLifetime = TimeSpan.FromHours(line.GetValue(_sessionHours)!.Value);
        options.AllowedUsers = Names(line.GetValue(_users));
        options.AllowedGroups = [.. Names(line.GetValue(_groups)).Select(group => group.Trim('/'))];
        options.Approval = line.GetValue(_approval);
        options.Operators = Names(line.GetValue(_operators));
        options.DevLogin = line.GetValue(_devLogin);
    }

    /// <summary>Whether the environment of a command names somebody an operator. A broker that is started elsewhere may have another.</summary>
    public static bool NamesOperator(EnvironmentSettings environment, string name) => Names(environment[OperatorsVariable]).Contains(name, StringComparer.OrdinalIgnoreCase);

    private string? Secret(string? file, Option option, string variable)
    {
        if (file is null)
            return _environment[variable];
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } secret ? secret : throw CommandException.Usage($"{option.Name}: {file} is empty.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"{option.Name}: {file} cannot be read: {exception.Message}");
        }
    }

    // A user may be written with the @ that people put before it.
    private static IReadOnlyList<string> Names(string? text) =>
        [.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => name.TrimStart('@'))];

    private static SignUpApproval? ParseApproval(string text) => text switch
    {
        "auto" => SignUpApproval.Auto,
        "manual" => SignUpApproval.Manual,
        _ => throw new FormatException("expected auto or manual"),
    };
}
