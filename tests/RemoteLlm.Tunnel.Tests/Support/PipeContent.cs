using System.IO.Pipelines;
using System.Net;

namespace RemoteLlm.Tunnel.Tests.Support;

/// <summary>A request body that a test writes as it likes, and can leave hanging.</summary>
internal sealed class PipeContent : HttpContent
{
    // A test writes before anybody reads, and goes on when nobody does any more.
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));

    public PipeWriter Body => _pipe.Writer;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
                await stream.WriteAsync(segment, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
