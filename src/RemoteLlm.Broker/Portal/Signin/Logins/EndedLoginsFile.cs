using System.Text.Json;
using System.Text.Json.Serialization;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Signin.Logins;

/// <summary>What is known of logins that are over.</summary>
/// <param name="Sessions">Names of those that were ended, and until when that matters.</param>
/// <param name="Users">Names of users all of whose logins are over that began before this was written, and when it was.</param>
internal sealed record EndedLoginsState(Dictionary<string, DateTimeOffset> Sessions, Dictionary<string, DateTimeOffset> Users)
{
    /// <summary>How far the clock may be wrong without consequence: a day, as where somebody took one time zone for another.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    /// <summary>When everybody's logins were ended; null for never.</summary>
    public DateTimeOffset? AllBefore { get; init; }

    /// <summary>By what time something was forgotten last; null for never.</summary>
    public DateTimeOffset? Forgot { get; init; }

    /// <summary>Nothing has ended.</summary>
    public static EndedLoginsState None => new(new(StringComparer.Ordinal), new(StringComparer.OrdinalIgnoreCase));

    /// <summary>Ends all logins of a user. No two times of one user are the same, whatever the clock does.</summary>
    public void EndAll(string user, DateTimeOffset now) => Users[user] = Users.TryGetValue(user, out var before) && before >= now ? before.AddTicks(1) : now;

    /// <summary>Everybody's logins are over.</summary>
    public EndedLoginsState AllEnded(DateTimeOffset now) => this with { AllBefore = AllBefore >= now ? AllBefore.Value.AddTicks(1) : now, Forgot = null };

    /// <summary>Whether the clock was so far ahead when something was forgotten that cookies about it may still be good.</summary>
    public bool ForgotTooSoon(DateTimeOffset now) => Forgot - now > Slack;

    /// <summary>Drops what no cookie can still be about.</summary>
    public EndedLoginsState Forget(DateTimeOffset now, TimeSpan longest)
    {
        var sessions = Sessions.Where(session => session.Value + Slack <= now).ToList();
        foreach (var (session, _) in sessions)
            Sessions.Remove(session);
        var users = Users.Where(user => user.Value + longest + Slack <= now).ToList();
        foreach (var (user, _) in users)
            Users.Remove(user);
        return sessions.Count + users.Count == 0 ? this : this with { Forgot = now };
    }
}

/// <summary><c>sessions.json</c> in the data folder.</summary>
internal sealed class EndedLoginsFile(string folder)
{
    /// <summary>Its name.</summary>
    public const string Name = "sessions.json";

    private static readonly JsonSerializerOptions s_form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
    };

    /// <summary>Where it is.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, Name);

    /// <summary>Reads it; where there is none, nothing has ended. Null when it cannot be read.</summary>
    public EndedLoginsState? Read(out string? problem)
    {
        problem = null;
        try
        {
            var read = JsonSerializer.Deserialize<EndedLoginsState>(AtomicFile.ReadBytes(Path), s_form);
            if (read is not null)
                return read with { Sessions = new(read.Sessions, StringComparer.Ordinal), Users = new(read.Users, StringComparer.OrdinalIgnoreCase) };
            problem = "it is empty";
        }
        catch (FileNotFoundException)
        {
            return EndedLoginsState.None;
        }
        catch (DirectoryNotFoundException)
        {
            return EndedLoginsState.None;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            problem = exception.Message;
        }

        return null;
    }

    /// <summary>Writes it, for its owner alone.</summary>
    public void Write(EndedLoginsState state)
    {
        PrivateFolder.Ensure(folder);
        AtomicFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(state, s_form));
    }
}
