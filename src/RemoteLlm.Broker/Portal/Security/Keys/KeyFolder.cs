using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Security.Keys;

/// <summary>
/// The folder <c>dp-keys</c> of the data folder, for its owner alone, with a file for each key with which the framework seals cookies and form tokens. Files that this session secret does not open are
/// passed by: with another secret there are other keys, everybody logs in anew, and the old keys are there again with the old secret.
/// </summary>
internal sealed partial class KeyFolder(string data, SessionKey key, ILogger<KeyFolder> logger) : IXmlRepository
{
    /// <summary>The folder's name.</summary>
    public const string Name = "dp-keys";

    private readonly string _path = Path.Combine(data, Name);
    private bool _hasWarned;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        if (!Directory.Exists(_path))
            return [];
        var files = Directory.GetFiles(_path, "*.xml").Order(StringComparer.Ordinal).Select(file => (File: file, Element: Read(file))).ToList();
        var opened = files.Where(file => file.Element is not null).Select(file => file.Element!).ToList();
        if (opened.Count < files.Count && !_hasWarned)
        {
            _hasWarned = true;
            OthersThere(logger, files.Count - opened.Count, _path);
        }

        return opened;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        PrivateFolder.Ensure(data);
        PrivateFolder.Ensure(_path);
        AtomicFile.Write(Path.Combine(_path, $"{friendlyName}.xml"), element.ToString());
    }

    // Null where it is not ours to open. Files without a secret, such as revocations, have nothing that is sealed.
    private XElement? Read(string file)
    {
        try
        {
            var element = XElement.Parse(AtomicFile.ReadText(file));
            return element.Descendants(SealingXml.Element).All(secret => key.Open(secret.Value) is not null) ? element : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} keys in {Path} are not of this session secret and not used: whoever logged in with them has to log in anew")]
    private static partial void OthersThere(ILogger logger, int count, string path);
}
