using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using RemoteLlm.Benchmarks.Ledger;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Reporting;
using RemoteLlm.Broker;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Testing.Access;

namespace RemoteLlm.Benchmarks.Portal;

/// <summary>The portal's pages with thousands of users: how long an answer takes, and how much a first visit loads. Broker and browser are this process.</summary>
internal static partial class PortalMode
{
    private const string Operator = "op";

    private static readonly string[] s_pages =
    [
        "/", "/keys", "/connect", "/models", "/chat", "/usage", "/admin/users", "/admin/users?q=user-09", "/admin/users/user-00042", "/admin/connectors", "/admin/requests", "/admin/settings",
    ];

    public static Command Create()
    {
        var users = ModeCommand.Number("--users", "Users in the file.", 10_000, 200, 50_000);
        var records = ModeCommand.Number("--records", "Usage records of the last 30 days.", 200_000, 0, 5_000_000);
        var times = ModeCommand.Number("--times", "Repetitions.", 40, 6, 1000);
        return ModeCommand.Create(
            Roles.Portal,
            "What the portal's pages take with thousands of users.",
            [users, records, times],
            (parsed, cancellationToken) => Run((int)parsed.GetValue(users), (int)parsed.GetValue(records), (int)parsed.GetValue(times), cancellationToken));
    }

    private static async Task<ModeReport> Run(int users, int records, int times, CancellationToken cancellationToken)
    {
        using var folder = new LedgerFolder();
        folder.Fill(records);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, UsersFile.Name), ManyUsers.Text(users) + $"  - gitlab_username: {Operator}\n    role: operator\n    api_key: sk-operators-key-of-the-benchmark-0001\n", cancellationToken);
        var options = new BrokerOptions { Urls = "http://127.0.0.1:0", ManagementUrls = "http://127.0.0.1:0", Data = folder.Path };
        options.Portal.DevLogin = true;
        await using var broker = BrokerHost.Create(options, static logging => logging.SetMinimumLevel(LogLevel.None));
        await broker.StartAsync(cancellationToken);
        using var browser = new HttpClient { BaseAddress = new Uri(broker.Urls.First()) };
        await LogIn(browser, cancellationToken);

        List<Finding> findings = [];
        Dictionary<string, List<double>> measured = [];
        string? firstError = null;
        foreach (var page in s_pages)
        {
            var taken = measured[page] = [];
            for (var time = 0; time < times; time++)
            {
                var started = Stopwatch.GetTimestamp();
                using var answer = await browser.GetAsync(page, cancellationToken);
                _ = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                taken.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if (!answer.IsSuccessStatusCode)
                    firstError ??= $"{page} was answered with {(int)answer.StatusCode}";
            }

            findings.Add(new Finding($"{page}, the first", "ms", taken[0]));
            findings.Add(Finding.Median(page, "ms", taken).AtMost(50));
            findings.Add(new Finding($"{page}, 95th percentile", "ms", Statistics.Percentile(taken, 0.95)).AtMost(50));
        }

        foreach (var page in (string[])["/login", "/", "/chat", "/admin/requests"])
            findings.Add(new Finding($"first visit of {page}, with all that it loads", "bytes", await Load(browser, page, cancellationToken)).AtMost(100_000));
        await broker.StopAsync(cancellationToken);
        return new ModeReport(Roles.Portal, $"{users} users, {records} usage records, pages one after the other over loopback, {times} times each.", findings, measured, firstError);
    }

    private static async Task LogIn(HttpClient browser, CancellationToken cancellationToken)
    {
        var token = FormToken().Match(await browser.GetStringAsync("/login", cancellationToken)).Groups["token"].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { ["form_token"] = token, ["name"] = Operator, ["return"] = "/keys" });
        using var answer = await browser.PostAsync("/login/dev", form, cancellationToken);
        if (!answer.IsSuccessStatusCode || answer.RequestMessage!.RequestUri!.AbsolutePath != "/keys")
            throw new BenchmarkException($"The login was answered with {(int)answer.StatusCode} at {answer.RequestMessage!.RequestUri}.");
    }

    // The page and each file that it names, and those that they name, as a browser gets them that knows Brotli.
    private static async Task<double> Load(HttpClient browser, string page, CancellationToken cancellationToken)
    {
        var text = await browser.GetStringAsync(page, cancellationToken);
        double bytes = text.Length;
        HashSet<string> known = [];
        var queue = new Queue<string>(Asset().Matches(text).Select(match => match.Value));
        while (queue.TryDequeue(out var asset))
        {
            if (!known.Add(asset))
                continue;
            using var request = new HttpRequestMessage(HttpMethod.Get, asset);
            request.Headers.AcceptEncoding.ParseAdd("br");
            using var answer = await browser.SendAsync(request, cancellationToken);
            bytes += (await answer.Content.ReadAsByteArrayAsync(cancellationToken)).Length;
            foreach (Match match in Asset().Matches(await browser.GetStringAsync(asset, cancellationToken)))
                queue.Enqueue(match.Value);
        }

        return bytes;
    }

    [GeneratedRegex("form_token\" value=\"(?<token>[^\"]+)", RegexOptions.NonBacktracking)]
    private static partial Regex FormToken();

    [GeneratedRegex(@"/assets/[\w.-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Asset();
}
