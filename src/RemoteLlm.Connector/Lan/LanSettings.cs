using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Edge.Cors;
using RemoteLlm.Hosting.Listening;

namespace RemoteLlm.Connector.Lan;

/// <summary>The LAN port's settings, read and found good.</summary>
/// <param name="Addresses">Where to listen.</param>
/// <param name="NoAuth">Whether everybody is served.</param>
/// <param name="Keys">The keys of this port as they were at the start.</param>
/// <param name="Origins">Whose web pages may call.</param>
internal sealed record LanSettings(IReadOnlyList<ListenAddress> Addresses, bool NoAuth, LanKeys Keys, CorsOrigins Origins)
{
    /// <summary>Whether other machines can reach the port.</summary>
    public bool IsOpen { get; } = !Addresses.All(address => address.IsLoopback);

    /// <summary>Reads them.</summary>
    /// <param name="options">As they were given.</param>
    /// <param name="hasBroker">Whether a broker brings keys too.</param>
    /// <exception cref="SettingException">One is wrong; the message says which and what to do.</exception>
    public static LanSettings Read(LanOptions options, bool hasBroker)
    {
        var addresses = ListenAddress.ParseList(string.Join(';', options.Listen.Split(';').Select(Whole)), out var wrong);
        if (wrong is not null)
            throw new SettingException($"'{wrong}' cannot be listened on: give --listen a port such as 8090, or an address such as http://192.168.1.5:8090 or http://*:8090.");
        var origins = CorsOrigins.Parse(options.CorsOrigins, out var problem);
        if (problem is not null)
            throw new SettingException(problem);

        var keys = LanKeys.Read(options.Keys, options.KeysFile);
        if (options.NoAuth && (keys.Count > 0 || options.KeysFile is not null))
            throw new SettingException($"--listen-no-auth lets everybody in, so that keys are worth nothing: remove it, or {LanOptions.KeysVariable} and --listen-keys-file.");
        if (!options.NoAuth && !hasBroker && keys.Count == 0 && options.KeysFile is null)
            throw new SettingException($"nobody could use the port of --listen: set {LanOptions.KeysVariable} to name=sk-... or give --listen-keys-file, or say --listen-no-auth.");
        return new LanSettings(addresses, options.NoAuth, keys, origins);
    }

    // What has no address is loopback: to be open is said in so many words.
    private static string Whole(string text) => text.Trim() switch
    {
        { Length: > 0 } port when port.All(char.IsAsciiDigit) => $"http://127.0.0.1:{port}",
        [':', ..] port => $"http://127.0.0.1{port}",
        { Length: > 0 } host when !host.Contains("://", StringComparison.Ordinal) => $"http://{host}",
        var url => url,
    };
}
