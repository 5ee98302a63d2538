using RemoteLlm.EndToEnd.Tests.Clients;

namespace RemoteLlm.Browser.Tests;

/// <summary>Scripts of others in the portal are what their packages have, byte for byte; <c>package-lock.json</c> has the digests of those.</summary>
public sealed class VendorTests
{
    [Theory]
    [InlineData("signalr.min.js", "@microsoft/signalr/dist/browser/signalr.min.js")]
    [InlineData("marked.esm.js", "marked/lib/marked.esm.js")]
    public void A_file_of_another_project_is_as_its_package_has_it(string name, string packaged)
    {
        var original = Path.Combine([Repository.Root, "tests", "clients", "node_modules", .. packaged.Split('/')]);
        Need.That(File.Exists(original), $"{packaged} is not installed: npm ci in tests/clients");
        Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(Path.Combine(Repository.Root, "src", "RemoteLlm.Broker", "Portal", "Assets", "vendor", name)));
    }

    [Fact]
    public void Every_file_of_others_is_compared_and_listed()
    {
        var folder = Path.Combine(Repository.Root, "src", "RemoteLlm.Broker", "Portal", "Assets", "vendor");
        var list = File.ReadAllText(Path.Combine(folder, "README.md"));
        var scripts = Directory.GetFiles(folder, "*.js").Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["marked.esm.js", "signalr.min.js"], scripts);
        Assert.All(scripts, script => Assert.Contains($"`{script}`", list, StringComparison.Ordinal));
    }
}
