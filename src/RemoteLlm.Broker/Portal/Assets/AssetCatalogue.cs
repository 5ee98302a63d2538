using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace RemoteLlm.Broker.Portal.Assets;

/// <summary>Style sheets, modules and images of the portal, which travel inside the executable.</summary>
internal static class AssetCatalogue
{
    private const string Prefix = "portal/";

    private static readonly Dictionary<string, Asset> s_byName = Load();
    private static readonly Dictionary<string, Asset> s_byPath = s_byName.Values.ToDictionary(asset => asset.Path, StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Asset> All => s_byName.Values;

    /// <summary>Where a file is served, by its name in <c>Portal/Assets</c>, such as <c>portal.css</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public static string PathOf(string name) => s_byName[name].Path;

    /// <summary>What is served at a path; null for nothing.</summary>
    public static Asset? Find(string path) => s_byPath.GetValueOrDefault(path);

    private static Dictionary<string, Asset> Load()
    {
        var assembly = typeof(AssetCatalogue).Assembly;
        var texts = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(name => name[Prefix.Length..], Read, StringComparer.Ordinal);
        var made = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var name in texts.Keys)
            Make(name, texts, made);
        return made;

        byte[] Read(string name)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    // A module imports another by "./name.js"; here it becomes the name with the digest, and so the digest of the one covers the other.
    private static Asset Make(string name, Dictionary<string, byte[]> texts, Dictionary<string, Asset> made)
    {
        if (made.TryGetValue(name, out var known))
            return known;
        var content = texts[name];
        if (name.EndsWith(".js", StringComparison.Ordinal))
        {
            var text = Encoding.UTF8.GetString(content);
            foreach (var imported in texts.Keys.Where(other => other != name && text.Contains($"\"./{other}\"", StringComparison.Ordinal)))
                text = text.Replace($"\"./{imported}\"", $"\"{Make(imported, texts, made).Path}\"", StringComparison.Ordinal);
            content = Encoding.UTF8.GetBytes(text);
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(content))[..10];
        var path = $"/assets/{Path.GetFileNameWithoutExtension(name)}.{digest}{Path.GetExtension(name)}";
        var asset = new Asset(path, TypeOf(name), content, Compress(content, stream => new BrotliStream(stream, CompressionLevel.SmallestSize)), Compress(content, stream => new GZipStream(stream, CompressionLevel.SmallestSize)));
        made.Add(name, asset);
        return asset;
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> compressor)
    {
        using var target = new MemoryStream();
        using (var stream = compressor(target))
            stream.Write(content);
        return target.ToArray();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"{name} has no content type here."),
    };
}
