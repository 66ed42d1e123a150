using System.Runtime.InteropServices;
using PgOAuth.Samples.Development.Postgres;

namespace PgOAuth.IntegrationTests.Clients.Libpq;

/// <summary>What the tests use of libpq 18 (manual, chapter 32), from the npm package that brings it.</summary>
internal static partial class LibpqNative
{
    public const int ConnectionOk = 0;
    public const int TuplesOk = 2;
    public const int OAuthBearerToken = 1;
    public const int SqlState = 'C';

    private const string Library = "libpq18";

    private static readonly Lazy<Task> Loaded = new(static () => Task.Run(LoadAsync));

    /// <summary>Makes the library ready; fails with what is missing.</summary>
    public static Task EnsureLoadedAsync() => Loaded.Value;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint PQconnectdb(string connection);

    [LibraryImport(Library)]
    public static partial void PQfinish(nint connection);

    [LibraryImport(Library)]
    public static partial int PQstatus(nint connection);

    [LibraryImport(Library)]
    public static partial nint PQerrorMessage(nint connection);

    [LibraryImport(Library)]
    public static partial int PQfullProtocolVersion(nint connection);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint PQsslAttribute(nint connection, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint PQexec(nint connection, string sql);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int PQsendQuery(nint connection, string sql);

    [LibraryImport(Library)]
    public static partial nint PQgetResult(nint connection);

    [LibraryImport(Library)]
    public static partial int PQresultStatus(nint result);

    [LibraryImport(Library)]
    public static partial nint PQresultErrorField(nint result, int field);

    [LibraryImport(Library)]
    public static partial nint PQgetvalue(nint result, int row, int column);

    [LibraryImport(Library)]
    public static partial void PQclear(nint result);

    [LibraryImport(Library)]
    public static partial nint PQcancelCreate(nint connection);

    [LibraryImport(Library)]
    public static partial int PQcancelBlocking(nint cancel);

    [LibraryImport(Library)]
    public static partial nint PQcancelErrorMessage(nint cancel);

    [LibraryImport(Library)]
    public static partial void PQcancelFinish(nint cancel);

    [LibraryImport(Library)]
    public static partial void PQsetAuthDataHook(nint hook);

    private static async Task LoadAsync()
    {
        var binaries = await EmbeddedPostgresBinaries.FindOrDownloadPackageAsync(18);
        var path = Path.Combine(binaries.ClientLibraryDirectory!, OperatingSystem.IsMacOS() ? "libpq.5.dylib" : "libpq.so.5");
        var handle = NativeLibrary.Load(path);
        NativeLibrary.SetDllImportResolver(
            typeof(LibpqNative).Assembly, (name, _, _) => name == Library ? handle : nint.Zero);
        LibpqConnection.InstallHook();
    }
}
