using RemoteLlm.Connector.Lan;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Lan;

public sealed class LanSettingsTests
{
    private const string Key = "sk-0123456789abcdef0123456789abcdef";
    private const string Other = "sk-fedcba9876543210fedcba9876543210";

    [Theory]
    [InlineData("8090", false)]
    [InlineData(":8090", false)]
    [InlineData("localhost:8090", false)]
    [InlineData("http://127.0.0.1:8090", false)]
    [InlineData("8090; http://[::1]:8091", false)]
    [InlineData("192.168.1.5:8090", true)]
    [InlineData("http://0.0.0.0:8090", true)]
    [InlineData("*:8090", true)]
    [InlineData("8090;http://[::]:8091", true)]
    public void A_port_alone_is_loopback_and_what_is_open_is_known(string listen, bool open) =>
        Assert.Equal(open, Read(new LanOptions { Listen = listen, Keys = Key }).IsOpen);

    [Theory]
    [InlineData("")]
    [InlineData("gpu-box:8090")]
    [InlineData("https://127.0.0.1:8090")]
    [InlineData("70000")]
    [InlineData("8090;nonsense")]
    public void A_bad_address_is_refused_and_the_option_named(string listen) =>
        Assert.Contains("--listen", Refused(new LanOptions { Listen = listen, Keys = Key }), StringComparison.Ordinal);

    [Fact]
    public void A_port_that_nobody_could_use_is_refused_unless_a_broker_brings_keys()
    {
        var nobody = new LanOptions { Listen = "8090" };

        Assert.Contains(LanOptions.KeysVariable, Refused(nobody), StringComparison.Ordinal);
        Assert.Equal(0, LanSettings.Read(nobody, hasBroker: true).Keys.Count);
        Assert.True(Read(new LanOptions { Listen = "8090", NoAuth = true }).NoAuth);
    }

    [Fact]
    public void Keys_and_no_authentication_contradict_each_other() =>
        Assert.Contains("--listen-no-auth", Refused(new LanOptions { Listen = "8090", NoAuth = true, Keys = Key }), StringComparison.Ordinal);

    [Fact]
    public void Keys_of_both_places_are_found_by_their_hash_and_have_no_limits()
    {
        using var folder = new TemporaryFolder();

        var keys = Read(new LanOptions { Listen = "8090", Keys = $"kim={Key},", KeysFile = folder.Write("keys", $"# remark\r\n\r\n  {Other}  \r\n") }).Keys;

        Assert.Equal(2, keys.Count);
        var kim = keys.Find(ApiKey.Hash(Key));
        Assert.Equal(("kim", "sk-0123", RequestLimits.None), (kim?.User, kim?.KeyName, kim?.Limits));
        Assert.Equal(LanKeys.DefaultUser, keys.Find(ApiKey.Hash(Other))?.User);
        Assert.Null(keys.Find(ApiKey.Hash(Key + "0")));
        Assert.NotEqual(kim!.Fingerprint, keys.Find(ApiKey.Hash(Other))!.Fingerprint);
    }

    [Theory]
    [InlineData("kim=too-short-SECRET", null, "entry 1 ")]
    [InlineData(Key + "," + Key, null, "entry 2 ")]
    [InlineData(null, "# remark\nkim=SECRET", "line 2 ")]
    [InlineData(Key, Key, "line 1 ")]
    public void A_bad_key_is_refused_by_its_place_and_not_quoted(string? listed, string? file, string place)
    {
        using var folder = new TemporaryFolder();

        var message = Refused(new LanOptions { Listen = "8090", Keys = listed, KeysFile = file is null ? null : folder.Write("keys", file) });

        Assert.Contains(place, message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("--listen-keys-file", Refused(new LanOptions { Listen = "8090", KeysFile = folder["none"] }), StringComparison.Ordinal);
    }

    private static LanSettings Read(LanOptions options) => LanSettings.Read(options, hasBroker: false);

    private static string Refused(LanOptions options) => Assert.Throws<SettingException>(() => Read(options)).Message;
}
