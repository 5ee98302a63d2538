using System.Globalization;

namespace RemoteLlm.Benchmarks.Reporting;

/// <summary>How figures are written for people: as many digits as say something.</summary>
internal static class Numbers
{
    public static string Text(double? value) => value switch
    {
        null => "",
        0 => "0",
        _ when Math.Abs(value.Value) >= 1000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value.Value) >= 10 => value.Value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("F3", CultureInfo.InvariantCulture),
    };

    public static string Verdict(bool? met) => met switch { true => "met", false => "not met", null => "" };
}
