using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Reporting;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Access;

namespace RemoteLlm.Benchmarks.Users;

/// <summary>What an edit of a users.yaml of thousands takes until it is in force at the broker that made it, by kind and by step; and what it would take if the whole file were read and checked each time.</summary>
internal static class EditsMode
{
    private const double MostMilliseconds = 300;

    private static readonly (string Name, Func<UsersFileEditor, string, Task<EditOutcome>> Edit, Func<UsersText, string, TextEdit> OnText)[] s_kinds =
    [
        ("sign-up", static (users, name) => users.AddUser(new NewUser("new-" + name), null, default), static (file, name) => UsersFileEdits.AddUser(file, new NewUser("new-" + name), null, Now)),
        ("key made", static (users, name) => users.AddKey(name, null, ApiKey.Generate(), default), static (file, name) => UsersFileEdits.AddKey(file, name, NewKey.Of(null, ApiKey.Generate(), Now))),
        ("key rotated", static (users, name) => users.RotateKey(name, KeyOf(name), ApiKey.Generate(), TimeSpan.FromHours(1), null, default), static (file, name) => KeyEntryEdits.Rotate(file, name, KeyOf(name), NewKey.Of(null, ApiKey.Generate(), Now), TimeSpan.FromHours(1))),
        ("blocked", static (users, name) => users.SetBlocked(name, true, default), static (file, name) => UserEntryEdits.SetBlocked(file, name, true)),
        ("role", static (users, name) => users.SetRole(name, UserRole.Operator, default), static (file, name) => UserEntryEdits.SetRole(file, name, UserRole.Operator)),
        ("removed", static (users, name) => users.Remove(name, default), static (file, name) => UserEntryEdits.Remove(file, name)),
    ];

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static Command Create()
    {
        var users = ModeCommand.Number("--users", "Users in the file.", 10_000, 200, 50_000);
        var times = ModeCommand.Number("--times", "Repetitions.", 12, 6, 100);
        return ModeCommand.Create(
            Roles.Edits,
            "What edits of users.yaml take with thousands of users.",
            [users, times],
            (parsed, cancellationToken) => Run((int)parsed.GetValue(users), (int)parsed.GetValue(times), cancellationToken));
    }

    private static async Task<ModeReport> Run(int users, int times, CancellationToken cancellationToken)
    {
        var text = ManyUsers.Text(users);
        using var folder = new TemporaryFolder();
        var path = folder.Write(UsersFile.Name, text);
        await using var files = new AccessFiles(new AccessFilesOptions(folder.Path, RequestLimits.Default, []), TimeProvider.System, NullLogger<AccessFiles>.Instance);
        await files.StartAsync(cancellationToken);
        var editor = new UsersFileEditor(folder.Path, files.Memory, TimeProvider.System);

        List<Finding> findings = [];
        Dictionary<string, double[]> measured = [];
        foreach (var (name, edit, onText) in s_kinds)
        {
            List<double> taken = [], whole = [];
            for (var time = 0; time < times; time++)
            {
                var user = ManyUsers.Name((Array.FindIndex(s_kinds, kind => kind.Name == name) * times) + time + 1);
                var started = Stopwatch.GetTimestamp();
                if (await edit(editor, user) is { Status: not EditStatus.Written } failed)
                    throw new BenchmarkException($"{name}: {failed.Message}");
                await files.Refresh(cancellationToken);
                taken.Add(Since(started));
                // Of another user, who is as he was.
                whole.Add(await Whole(path, onText, ManyUsers.Name((users / 2) + time), cancellationToken));
            }

            measured[name] = [.. taken];
            measured[name + ", whole"] = [.. whole];
            findings.Add(Finding.Median($"{name}, in force", "ms", taken).AtMost(MostMilliseconds));
            findings.Add(new Finding($"{name}, longest", "ms", taken.Max()));
            findings.Add(Finding.Median($"{name}, read and checked as a whole", "ms", whole));
            findings.Add(new Finding($"{name}, whole over part", "", Statistics.Median(whole) / Statistics.Median(taken)));
        }

        findings.AddRange(await Steps(path, files, times, cancellationToken));
        return new ModeReport(Roles.Edits, $"{users} users, a file of {text.Length / 1024} KiB; {times} edits of each kind, in turns with the same on the whole file.", findings, measured);
    }

    // The same edit as it is made where nothing is known of the file: read, made and checked on the whole, and read again by who follows the file. What is written is what was there.
    private static async Task<double> Whole(string path, Func<UsersText, string, TextEdit> onText, string user, CancellationToken cancellationToken)
    {
        var before = await File.ReadAllBytesAsync(path, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var file = UsersText.Read(FileText.Decode(FileSnapshot.Read(path))!.Text, RequestLimits.Default);
        if (onText(file.AsWhole(), user).Text is not { } text)
            throw new BenchmarkException("An edit of the whole was refused.");
        AtomicFile.Write(path, before);
        _ = UsersText.Read(text, RequestLimits.Default);
        return Since(started);
    }

    private static async Task<IReadOnlyList<Finding>> Steps(string path, AccessFiles files, int times, CancellationToken cancellationToken)
    {
        List<double> read = [], known = [], edit = [], write = [], refresh = [];
        for (var time = 0; time < times; time++)
        {
            var started = Stopwatch.GetTimestamp();
            var text = FileText.Decode(FileSnapshot.Read(path))!;
            read.Add(Since(started));
            started = Stopwatch.GetTimestamp();
            var file = files.Memory.Read(text.Text);
            known.Add(Since(started));
            started = Stopwatch.GetTimestamp();
            var edited = UserEntryEdits.SetBlocked(file, ManyUsers.Name(0), blocked: time % 2 == 0);
            edit.Add(Since(started));
            started = Stopwatch.GetTimestamp();
            AtomicFile.Write(path, (text with { Text = edited.Text! }).Encode());
            write.Add(Since(started));
            started = Stopwatch.GetTimestamp();
            await files.Refresh(cancellationToken);
            refresh.Add(Since(started));
        }

        return
        [
            Finding.Median("step: read and decode the file", "ms", read),
            Finding.Median("step: compare with what was read of it last", "ms", known),
            Finding.Median("step: edit and check", "ms", edit),
            Finding.Median("step: encode, write, synchronise, rename", "ms", write),
            Finding.Median("step: take over at the broker", "ms", refresh),
        ];
    }

    private static KeyDigest KeyOf(string name) => ApiKey.Hash(ManyUsers.Key(int.Parse(name.AsSpan("user-".Length), System.Globalization.CultureInfo.InvariantCulture), 0));

    private static double Since(long started) => Stopwatch.GetElapsedTime(started).TotalMilliseconds;
}
