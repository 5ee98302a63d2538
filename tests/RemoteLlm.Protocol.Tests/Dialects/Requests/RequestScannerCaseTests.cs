using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>Servers that do not regard the case of names must not run a model that was not checked.</summary>
public sealed class RequestScannerCaseTests
{
    [Theory]
    [InlineData("""{"model":"allowed","Model":"forbidden"}""")]
    [InlineData("""{"model":"allowed","MODEL":"forbidden"}""")]
    [InlineData("""{"model":"allowed","\u004dodel":"forbidden"}""")]
    [InlineData("""{"model":"a","Stream":true}""")]
    [InlineData("""{"model":"a","ſtream":true}""")]
    [InlineData("""{"model":"a","Stream_Options":{}}""")]
    public void Scan_TopLevelNameInAnotherCase_IsRefused(string body)
    {
        var scanner = new RequestScanner();
        scanner.Scan(Encoding.UTF8.GetBytes(body));

        Assert.Equal(RequestScanState.Malformed, scanner.Finish());
        Assert.Contains("lower case", scanner.Fault!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"allowed","Name":"forbidden"}""")]
    [InlineData("""{"n\u0041me":"forbidden","model":"allowed"}""")]
    public void Scan_AliasInAnotherCase_IsRefused(string body)
    {
        var scanner = new RequestScanner(modelAlias: "name");
        scanner.Scan(Encoding.UTF8.GetBytes(body));

        Assert.Equal(RequestScanState.Malformed, scanner.Finish());
        Assert.Contains("\"name\"", scanner.Fault!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"a","metadata":{"Model":"b"}}""")]
    [InlineData("""{"model":"a","models":1,"Modelx":2,"max_tokens":3,"stop":"x","Seed":1}""")]
    public void Scan_OtherNames_AreNobodysBusiness(string body)
    {
        var scanner = new RequestScanner();
        scanner.Scan(Encoding.UTF8.GetBytes(body));

        Assert.Equal(RequestScanState.Complete, scanner.Finish());
        Assert.Equal("a", scanner.Model);
    }
}
