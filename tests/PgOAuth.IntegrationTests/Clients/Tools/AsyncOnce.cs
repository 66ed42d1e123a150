namespace PgOAuth.IntegrationTests.Clients.Tools;

/// <summary>Work that is done once per process, by whoever first wants its outcome.</summary>
internal sealed class AsyncOnce<T>(Func<Task<T>> work) : Lazy<Task<T>>(() => Task.Run(work));
