using System.Globalization;
using System.Runtime.InteropServices;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Audit;
using RemoteLlm.Broker.Portal.Security.Keys;
using RemoteLlm.Broker.Portal.Signin.Logins;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Broker.Portal.Operators.Settings;

/// <summary>What a broker is and which files it lives by.</summary>
internal static class BrokerFacts
{
    public static IReadOnlyList<SettingsFact> Of(BrokerOptions options, string site, ManagementAddress management, TimeProvider time) =>
    [
        new("RemoteLlm", typeof(BrokerFacts).Assembly.GetName().Version?.ToString(3) ?? "?"),
        new(".NET", Environment.Version.ToString()),
        new("System", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"),
        new("Clock (UTC)", time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
        new("Reached at", site),
        new("Listens at", options.Urls),
        new("Health and metrics", management.Urls.Count == 0 ? "nowhere" : string.Join(", ", management.Urls)),
        new("Data folder", Path.GetFullPath(options.Data)),
    ];

    public static IReadOnlyList<SettingsFile> FilesOf(string data, AccessFiles files)
    {
        var folder = Path.GetFullPath(data);
        return
        [
            Edited(UsersFile.Name, $"{Count(files.Users.Users.Count, "user")}, {Count(files.Users.Keys.Count, "key")}"),
            Edited(ConnectorsFile.Name, Count(files.Connectors.Connectors.Count, "connector")),
            new(UsageFolder.In(folder), "the usage ledger, a file a month", null),
            new(Path.Combine(folder, AuditLog.Name), "who changed what and when", null),
            new(Path.Combine(folder, EndedLoginsFile.Name), "which logins are over; no secret", null),
            new(Path.Combine(folder, KeyFolder.Name), "what logins are sealed with, itself sealed with the session secret", null),
            new(Path.Combine(folder, BillingProofs.FileName), "the secret by which usage counts; belongs into every backup", null),
        ];

        SettingsFile Edited(string name, string holds)
        {
            var path = Path.Combine(folder, name);
            return new SettingsFile(path, holds, files.Errors.FirstOrDefault(problem => Path.GetFileName(problem.File) == name)) { IsFollowed = true };
        }
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
