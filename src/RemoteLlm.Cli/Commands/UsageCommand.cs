using System.CommandLine;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Broker.Usage.Queries;
using RemoteLlm.Cli.Options;
using RemoteLlm.Cli.Output;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm usage</c>: sums of the ledger, from its files; the broker need not run and does not notice.</summary>
internal sealed class UsageCommand : Command
{
    private readonly Option<UsageGrouping> _by = new("--by")
    {
        Description = "By what to sum up.",
        HelpName = "user|model|day|key|connector",
        DefaultValueFactory = _ => UsageGrouping.User,
        CustomParser = result => SettingText.Read(result.Tokens[^1].Value, "--by", Grouping, result),
    };

    private readonly Option<Moment?> _since = MomentOption("--since", "From when on; default from the first of this month");
    private readonly Option<Moment?> _until = MomentOption("--until", "Up to when, the end of a day or month included; default until now");
    private readonly Option<string?> _user = new("--user") { Description = "Only this user's usage." };
    private readonly Option<string?> _data;
    private readonly Option<ListFormat> _format;
    private readonly TimeProvider _time;

    public UsageCommand(EnvironmentSettings environment, TimeProvider time)
        : base("usage", "Sum up what was used, from the ledger in the broker's data folder.")
    {
        _time = time;
        _data = environment.Data();
        _format = environment.Format(csv: true);
        Add(_by);
        Add(_since);
        Add(_until);
        Add(_user);
        Add(_data);
        Add(_format);
        SetAction(Run);
    }

    // In any case: help shows the default as User.
    private static UsageGrouping Grouping(string text) => text.ToLowerInvariant() switch
    {
        "user" => UsageGrouping.User,
        "model" => UsageGrouping.Model,
        "day" => UsageGrouping.Day,
        "key" => UsageGrouping.Key,
        "connector" => UsageGrouping.Connector,
        _ => throw new FormatException("expected user, model, day, key or connector"),
    };

    private static Option<Moment?> MomentOption(string name, string description) => new(name)
    {
        Description = $"{description}. In UTC, such as {Moment.Forms}.",
        HelpName = "moment",
        CustomParser = result => SettingText.Read(result.Tokens[^1].Value, name, Moment.Parse, result),
    };

    private int Run(ParseResult line)
    {
        var folder = line.Need(_data);
        var path = UsageFolder.In(folder);
        if (!Directory.Exists(path))
            throw new CommandException($"There is no {path}. Say --data with the broker's folder; the broker makes it when it starts.");
        var now = _time.GetUtcNow();
        var since = line.GetValue(_since)?.Start(now) ?? new DateTimeOffset(UsageMonth.Of(now).First, TimeOnly.MinValue, TimeSpan.Zero);
        // What came in this very moment is in.
        var until = line.GetValue(_until)?.End(now) ?? now.AddMilliseconds(1);
        if (until < since)
            throw CommandException.Usage(line.GetValue(_until) is null ? "--since is in the future." : "--until is before --since.");
        var by = line.GetValue(_by);
        var report = new UsageQuery(by, since, until) { User = line.GetValue(_user) }.Run(folder, CancellationToken.None);
        UsageText.Write(line.InvocationConfiguration.Output, report, by, line.GetValue(_format));
        foreach (var unreadable in report.Unreadable)
            line.InvocationConfiguration.Error.WriteLine($"remotellm: {unreadable.File}, line {unreadable.Line} does not count: {unreadable.Fault}");
        return ExitCodes.Ok;
    }
}
