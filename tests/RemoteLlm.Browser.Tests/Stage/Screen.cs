namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>What a visitor looks at.</summary>
/// <param name="Width">Of the page, in CSS pixels.</param>
/// <param name="Height">Of the page, in CSS pixels.</param>
/// <param name="Dark">Whether the visitor likes it dark.</param>
internal sealed record Screen(int Width, int Height, bool Dark = false)
{
    public static Screen Desktop { get; } = new(1440, 900);

    public static Screen Phone { get; } = new(390, 844);

    /// <summary>Both, by day and by night.</summary>
    public static IReadOnlyList<Screen> All { get; } = [Desktop, Desktop with { Dark = true }, Phone, Phone with { Dark = true }];

    /// <summary>As a file's name has it.</summary>
    public string Name => $"{Width}-{(Dark ? "dark" : "light")}";

    public override string ToString() => Name;
}
