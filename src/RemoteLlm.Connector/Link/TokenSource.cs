using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Link;

/// <summary>The connector token: a fixed one from the environment, or a file that is read at every dial, so that a new token needs no restart.</summary>
public sealed class TokenSource
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly string? _fixed;
    private readonly string? _file;

    private TokenSource(string? token, string? file) => (_fixed, _file) = (token, file);

    /// <summary>A token that is known already.</summary>
    public static TokenSource Fixed(string token) => new(token.Trim(), null);

    /// <summary>A token in a file of its own.</summary>
    public static TokenSource FromFile(string path) => new(null, Path.GetFullPath(path));

    /// <summary>The token as of now.</summary>
    /// <param name="token">The token; must not reach a log.</param>
    /// <param name="problem">Otherwise what is wrong and what to do; without the token.</param>
    public bool TryRead(out string token, out string problem)
    {
        problem = "";
        token = _fixed ?? "";
        try
        {
            if (_file is not null)
                token = File.ReadAllText(_file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"the token file {_file} cannot be read ({exception.Message}): make one with `remotellm connectors add NAME` at the broker";
            return false;
        }

        if (ConnectorToken.IsWellFormed(token))
            return true;
        problem = $"{(_file is null ? "REMOTELLM_CONNECTOR_TOKEN" : _file)} holds no connector token (rlc- and 32 characters or more): make one with `remotellm connectors add NAME` at the broker";
        return false;
    }

    /// <summary>What to do when the broker does not know the token; without the token.</summary>
    internal string Remedy =>
        $"make one with `remotellm connectors add NAME` at the broker and {(_file is null ? "set REMOTELLM_CONNECTOR_TOKEN to it, then start the connector again" : $"put it into {_file}, which is read again at once")}";

    /// <summary>Waits, and returns early once another token than the given one can be read: a new token is worth a dial at once.</summary>
    /// <param name="used">The digest of the token that was tried; null where none could be read.</param>
    /// <param name="wait">The longest wait, zero or more.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task PauseAsync(KeyDigest? used, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            await Task.Delay(wait, time, cancellationToken);
            return;
        }

        // Looked at, not watched: file watchers miss changes on network file systems and bind mounts, where containers have their secrets.
        for (var left = wait; left > TimeSpan.Zero; left -= s_look)
        {
            await Task.Delay(left < s_look ? left : s_look, time, cancellationToken);
            if (TryRead(out var token, out _) && ConnectorToken.Hash(token) != used)
                return;
        }
    }

    /// <summary>The token is left out.</summary>
    public override string ToString() => _file is null ? "token from the environment" : $"token file {_file}";
}
