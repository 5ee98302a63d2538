global using Microsoft.Playwright;
global using RemoteLlm.Browser.Tests.Stage;
global using RemoteLlm.EndToEnd.Tests.Clusters;
global using RemoteLlm.Testing;
global using RemoteLlm.Testing.Llm;
