using System.CommandLine;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Tests.Options;

public sealed class SettingsInForceTests
{
    [Fact]
    public void Each_setting_says_its_value_and_where_it_came_from()
    {
        var settings = Of(new() { ["REMOTELLM_BURST"] = "20", ["REMOTELLM_RATE"] = "7" }, "--rate 5 --off");

        Assert.Equal(("5", SettingSource.CommandLine), settings["--rate"]);
        Assert.Equal(("20", SettingSource.Environment), settings["--burst"]);
        Assert.Equal(("./data", SettingSource.Default), settings["--data"]);
        Assert.Equal(("90 s", SettingSource.Default), settings["--grace"]);
        Assert.Equal(("true", SettingSource.CommandLine), settings["--off"]);
        Assert.Equal((null, SettingSource.Default), settings["--origins"]);
    }

    [Fact]
    public void A_secret_says_only_that_it_is_set()
    {
        var settings = Of(new() { ["REMOTELLM_SECRET"] = "hush" }, "");

        Assert.Equal(("set", SettingSource.Environment), settings["REMOTELLM_SECRET"]);
        Assert.Equal((null, SettingSource.Default), settings["REMOTELLM_OTHER"]);
    }

    [Fact]
    public void What_belongs_to_the_command_line_alone_is_no_setting() => Assert.DoesNotContain("--once", Of([], "--once").Keys);

    private static Dictionary<string, (string? Value, SettingSource Source)> Of(Dictionary<string, string> variables, string line)
    {
        var environment = new EnvironmentSettings(variables);
        var command = new Command("test")
        {
            environment.Number("--rate", "Rate."),
            environment.Number("--burst", "Burst.", 10),
            environment.Data(),
            environment.Seconds("--grace", "Grace.", TimeSpan.FromSeconds(90)),
            environment.Flag("--off", "Off."),
            environment.Text("--origins", "Origins."),
            new Option<bool>("--once") { Description = "Once." },
        };
        return SettingsInForce.Of(command.Parse(line), command.Options, environment, [("REMOTELLM_SECRET", "A secret."), ("REMOTELLM_OTHER", "Another.")])
            .ToDictionary(setting => setting.Name, setting => (setting.Value, setting.Source));
    }
}
